package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** The sockets of the generator's connections. */
final class GeneratorSocket {
    private GeneratorSocket() {}

    /** Connects a non-blocking socket with TCP_NODELAY; the key of its channel waits for bytes. */
    static SelectionKey connect(InetSocketAddress server, Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.connect(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            return channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }
}
