package dev.sluice.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One direct buffer for all connections. A connection holds bytes only while its peer does not
 * read, and its interest set changes only then.
 */
final class NioEcho implements NioServer.Connection {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final ByteBuffer buffer; // shared by all connections
    private @Nullable ByteBuffer unsent;

    private NioEcho(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    static EchoPeer open(InetSocketAddress address) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        return NioServer.open(address, key -> new NioEcho(buffer));
    }

    @Override
    public boolean onReady(SelectionKey key) throws IOException {
        if (unsent == null) {
            return echo(key);
        }
        sendRest(key, unsent);
        return true;
    }

    private boolean echo(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        if (channel.read(buffer.clear()) < 0) {
            return false;
        }
        channel.write(buffer.flip());
        if (buffer.hasRemaining()) {
            unsent = ByteBuffer.allocateDirect(buffer.remaining()).put(buffer).flip();
            key.interestOps(SelectionKey.OP_WRITE);
        }
        return true;
    }

    private void sendRest(SelectionKey key, ByteBuffer rest) throws IOException {
        ((SocketChannel) key.channel()).write(rest);
        if (!rest.hasRemaining()) {
            unsent = null;
            key.interestOps(SelectionKey.OP_READ);
        }
    }
}
