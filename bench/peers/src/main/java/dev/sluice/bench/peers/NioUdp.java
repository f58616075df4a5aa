package dev.sluice.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.Consumer;

/** The JDK's DatagramChannels and Selector on one thread, with one direct buffer. */
final class NioUdp implements Runnable {
    /** A socket that is ready is read until it is empty, but not longer than that. */
    private static final int TURNS = 64;

    private final Selector selector = Selector.open();
    private final Thread thread = Thread.ofPlatform().name("nio-udp").unstarted(this);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(UdpPorts.DATAGRAM_BYTES);
    private final Consumer<SelectionKey> action = this::onReady; // one object, not one a turn
    private volatile boolean closing;

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
            server.thread.start();
            return new RunningPeer(first, server.thread, server::stop);
        } catch (IOException e) {
            server.closeAll();
            throw e;
        }
    }

    @Override
    public void run() {
        try {
            while (!closing) {
                selector.select(action);
            }
            closeAll();
        } catch (IOException e) {
            throw new UncheckedIOException("the selector failed", e);
        }
    }

    private void closeAll() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
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

    private void stop() {
        closing = true;
        selector.wakeup();
        Threads.join(thread);
    }
}
