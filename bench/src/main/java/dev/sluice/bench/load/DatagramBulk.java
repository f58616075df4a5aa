package dev.sluice.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Requests for many datagrams, from connected sockets to a server's consecutive ports, one at a time on
 * each. The unit is a datagram that came. One that is lost or doubled, or has another size, place or
 * number, ends the run.
 */
public final class DatagramBulk implements Exchange {
    /** The size of each datagram that comes. */
    public static final int DATAGRAM_BYTES = 1200;

    /** How many come for a request: a system call can send them as segments. */
    public static final int DATAGRAMS = 48;

    private static final int REQUEST_BYTES = 2 * Integer.BYTES;
    private static final long STALL_MILLIS = 5_000;

    private final Selector selector = Selector.open();
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(DATAGRAM_BYTES + 1); // one too long shows
    private final Consumer<SelectionKey> action = this::onReadable;
    private long endNanos;
    private long lastNanos;
    private long received;
    private int missing;

    /** A socket, the number of its latest request, and which of its answers came. */
    private static final class Place {
        private final DatagramChannel channel;
        private final boolean[] came = new boolean[DATAGRAMS];
        private int number;
        private int left;

        Place(DatagramChannel channel) {
            this.channel = channel;
        }
    }

    /**
     * To a server on so many ports.
     *
     * @param server its first port
     */
    public DatagramBulk(InetSocketAddress server, int sockets) throws IOException {
        try {
            for (int i = 0; i < sockets; i++) {
                DatagramChannel channel = DatagramChannel.open();
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, new Place(channel));
                channel.connect(new InetSocketAddress(server.getAddress(), server.getPort() + i));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public Outcome run(long durationNanos) throws IOException {
        long startNanos = System.nanoTime();
        endNanos = startNanos + durationNanos;
        lastNanos = startNanos;
        received = 0;
        for (SelectionKey key : selector.keys()) {
            request((Place) key.attachment());
        }
        while (missing > 0) {
            if (select() == 0) {
                throw new IOException(missing + " datagrams were lost");
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

    private void request(Place place) throws IOException {
        place.number++;
        place.left = DATAGRAMS;
        missing += DATAGRAMS;
        Arrays.fill(place.came, false);
        buffer.clear().putInt(DATAGRAMS).putInt(place.number).flip();
        if (place.channel.write(buffer) != REQUEST_BYTES) {
            throw new IOException("a datagram does not fit the socket's buffer");
        }
    }

    private void onReadable(SelectionKey key) {
        Place place = (Place) key.attachment();
        try {
            while (place.channel.read(buffer.clear()) > 0) {
                onReceived(place, buffer.flip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void onReceived(Place place, ByteBuffer datagram) throws IOException {
        if (datagram.remaining() != DATAGRAM_BYTES) {
            throw new ByteCheckException("a datagram of " + DATAGRAM_BYTES
                    + " bytes came with " + datagram.remaining());
        }
        int index = datagram.getInt();
        int number = datagram.getInt();
        boolean expected = index >= 0 && index < place.came.length && number == place.number
                && !place.came[index];
        if (!expected) {
            throw new ByteCheckException("datagram " + index + " of request " + number
                    + " came, which was not asked for");
        }
        place.came[index] = true;
        received++;
        missing--;
        lastNanos = System.nanoTime();
        if (--place.left == 0 && lastNanos - endNanos < 0) {
            request(place);
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
