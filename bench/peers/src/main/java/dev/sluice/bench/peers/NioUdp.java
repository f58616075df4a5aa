package dev.sluice.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
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
    private final SelectorLoop loop;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(UdpPorts.DATAGRAM_BYTES);
    private final ByteBuffer answers =
            ByteBuffer.allocateDirect(BulkDatagrams.MOST * BulkDatagrams.BYTES);
    private final Service service;

    private NioUdp(Service service) throws IOException {
        this.service = service;
        this.loop = new SelectorLoop("nio-udp", selector, this::onReady);
    }

    /** What a server does with a datagram, which is in its buffer. */
    private interface Service {
        void received(NioUdp server, DatagramChannel channel, SocketAddress peer)
                throws IOException;
    }

    /** Opens one that sends datagrams back. */
    static EchoPeer open(InetSocketAddress first, int sockets) throws IOException {
        return open(first, sockets,
                (server, channel, peer) -> channel.send(server.buffer.flip(), peer));
    }

    /** Opens one that answers with many datagrams, each sent by itself. */
    static EchoPeer openBulk(InetSocketAddress first, int sockets) throws IOException {
        return open(first, sockets, NioUdp::answer);
    }

    private static EchoPeer open(InetSocketAddress first, int sockets, Service service)
            throws IOException {
        NioUdp server = new NioUdp(service);
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
                service.received(this, channel, peer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a datagram socket failed", e);
        }
    }

    private void answer(DatagramChannel channel, SocketAddress peer) throws IOException {
        MemorySegment request = MemorySegment.ofBuffer(buffer.flip());
        int count = BulkDatagrams.count(request, buffer.remaining());
        if (count > 0) {
            BulkDatagrams.write(MemorySegment.ofBuffer(answers.clear()), count,
                    BulkDatagrams.number(request));
        }
        for (int i = 0; i < count; i++) {
            answers.limit((i + 1) * BulkDatagrams.BYTES).position(i * BulkDatagrams.BYTES);
            channel.send(answers, peer);
        }
    }
}
