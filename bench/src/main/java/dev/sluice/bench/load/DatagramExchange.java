package dev.sluice.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Connected datagram sockets to a server's consecutive ports, and the loop that receives from all of
 * them. A run ends once every datagram that is awaited has come; one that is lost ends it with an
 * error.
 *
 * @param <S> a socket, with what a subclass keeps of it
 */
abstract class DatagramExchange<S extends DatagramExchange.Socket> implements Exchange {
    private static final long STALL_MILLIS = 5_000;

    private final Selector selector = Selector.open();
    private final List<S> sockets = new ArrayList<>();
    private final ByteBuffer buffer;
    private final int datagramBytes;
    private final Consumer<SelectionKey> action = this::onReadable;
    private long endNanos;
    private long lastNanos;
    private long received;
    private int awaited;

    /** One of the sockets. */
    static class Socket {
        final int number;
        final DatagramChannel channel;

        Socket(int number, DatagramChannel channel) {
            this.number = number;
            this.channel = channel;
        }
    }

    /** Makes a socket of a connected channel. */
    interface Opening<S> {
        S of(int number, DatagramChannel channel);
    }

    /** Opens no socket yet. */
    DatagramExchange(int datagramBytes) throws IOException {
        this.datagramBytes = datagramBytes;
        this.buffer = ByteBuffer.allocateDirect(datagramBytes + 1); // one too long shows
    }

    /** Connects to a server on so many ports from its first one on. */
    final void connect(InetSocketAddress server, int ports, Opening<S> opening)
            throws IOException {
        boolean connected = false;
        try {
            for (int i = 0; i < ports; i++) {
                DatagramChannel channel = DatagramChannel.open();
                S socket = opening.of(i, channel);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, socket);
                channel.connect(new InetSocketAddress(server.getAddress(), server.getPort() + i));
                sockets.add(socket);
            }
            connected = true;
        } finally {
            if (!connected) {
                close();
            }
        }
    }

    /** Sends the first datagrams of a run. */
    abstract void begin(S socket) throws IOException;

    /** Checks a datagram of the right size, and sends the next one if {@link #came} says so. */
    abstract void onReceived(S socket, ByteBuffer datagram) throws IOException;

    @Override
    public final Outcome run(long durationNanos) throws IOException {
        long startNanos = System.nanoTime();
        endNanos = startNanos + durationNanos;
        lastNanos = startNanos;
        received = 0;
        for (S socket : sockets) {
            begin(socket);
        }
        while (awaited > 0) {
            if (select() == 0) {
                throw new IOException(awaited + " datagrams were lost");
            }
        }
        return new Outcome(received, lastNanos - startNanos, List.of());
    }

    private int select() throws IOException {
        try {
            return selector.select(action, STALL_MILLIS);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @SuppressWarnings("unchecked") // connect attached it
    private void onReadable(SelectionKey key) {
        S socket = (S) key.attachment();
        try {
            while (socket.channel.read(buffer.clear()) > 0) {
                ByteBuffer datagram = buffer.flip();
                if (datagram.remaining() != datagramBytes) {
                    throw new ByteCheckException("a datagram of " + datagramBytes
                            + " bytes came with " + datagram.remaining());
                }
                onReceived(socket, datagram);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the empty buffer of all sockets, for one datagram. */
    final ByteBuffer buffer() {
        return buffer.clear();
    }

    /** Sends the bytes before the buffer's position, for which so many datagrams will come. */
    final void send(S socket, int expected) throws IOException {
        int bytes = buffer.flip().remaining();
        if (socket.channel.write(buffer) != bytes) {
            throw new IOException("a datagram does not fit the socket's buffer");
        }
        awaited += expected;
    }

    /** Counts a datagram that came; returns true while the run's time is not over. */
    final boolean came() {
        received++;
        awaited--;
        lastNanos = System.nanoTime();
        return lastNanos - endNanos < 0;
    }

    @Override
    public final void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
