package dev.sluice.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** The JDK's DatagramChannels and Selector on one thread, with one direct buffer. */
final class NioUdp {
    /** A socket that is ready is read until it is empty, but not longer than that. */
    private static final int TURNS = 64;

    private final Selector selector = Selector.open();
    private final SelectorLoop loop = new SelectorLoop("nio-udp", selector, this::onReady);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(UdpPorts.DATAGRAM_BYTES);

    private NioUdp() throws IOException {}

    static EchoPeer open(InetSocketAddress first, int sockets) throws IOException {
        NioUdp server = new NioUdp();
        try {
            for (int i = 0; i < sockets; i++) {
                DatagramChannel channel = DatagramChannel.open();
                channel.configureBlocking(false);
                channel.register(server.selector, SelectionKey.OP_READ);
                channel.bind(new InetSocketAddress(first.getAddress(), first.getPort() + i));
            }
            server.loop.thread().start();
            return new RunningPeer(first, server.loop.thread(), server.loop::stop);
        } catch (IOException e) {
            server.loop.closeAll();
            throw e;
        }
    }

    private void onReady(SelectionKey key) {
        DatagramChannel channel = (DatagramChannel) key.channel();
        try {
            for (int turn = 0; turn < TURNS; turn++) {
                SocketAddress peer = channel.receive(buffer.clear());
                if (peer == null) {
                    return;
                }
                channel.send(buffer.flip(), peer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a datagram socket failed", e);
        }
    }
}
