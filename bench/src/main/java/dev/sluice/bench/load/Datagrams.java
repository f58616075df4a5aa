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
 * Datagrams to a server that sends them back, from connected sockets to its consecutive ports, with a
 * fixed number in flight on each. The unit is a datagram and its echo. Each carries its place and its
 * round, so that one that is lost, doubled, altered in size or sent to another socket ends the run.
 */
public final class Datagrams implements Exchange {
    private static final int HEADER_BYTES = Integer.BYTES + Integer.BYTES;
    private static final long STALL_MILLIS = 5_000;

    private final int messageBytes;
    private final Selector selector = Selector.open();
    private final List<Place> places = new ArrayList<>();
    private final ByteBuffer buffer;
    private final Consumer<SelectionKey> action = this::onReadable;
    private final boolean comparesBytes;
    private long endNanos;
    private long lastNanos;
    private long received;
    private int inFlight;

    /** A socket, and for each of its messages in flight the round, 0 where none is. */
    private static final class Place {
        private final int number;
        private final DatagramChannel channel;
        private final int[] rounds;

        Place(int number, DatagramChannel channel, int messages) {
            this.number = number;
            this.channel = channel;
            this.rounds = new int[messages];
        }
    }

    /**
     * To a server on so many ports.
     *
     * @param server its first port
     * @param load the sockets, the bytes of a datagram, and how many are in flight on a socket
     */
    public Datagrams(InetSocketAddress server, Load load) throws IOException {
        this(server, load, false);
    }

    private Datagrams(InetSocketAddress server, Load load, boolean comparesBytes)
            throws IOException {
        if (load.messageBytes() < HEADER_BYTES) {
            throw new IllegalArgumentException("a datagram must have " + HEADER_BYTES + " bytes");
        }
        this.messageBytes = load.messageBytes();
        this.comparesBytes = comparesBytes;
        this.buffer = ByteBuffer.allocateDirect(messageBytes + 1); // one too long shows
        try {
            for (int i = 0; i < load.connections(); i++) {
                DatagramChannel channel = DatagramChannel.open();
                channel.configureBlocking(false);
                Place place = new Place(i, channel, load.inFlight());
                channel.register(selector, SelectionKey.OP_READ, place);
                channel.connect(new InetSocketAddress(server.getAddress(), server.getPort() + i));
                places.add(place);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /**
     * Compares every byte of so many datagrams of each socket.
     *
     * @return how many were compared
     * @throws ByteCheckException if one is not as it was sent
     */
    public static long check(InetSocketAddress server, Load load, int rounds) throws IOException {
        try (Datagrams datagrams = new Datagrams(server, load, true)) {
            long compared = 0;
            for (int i = 0; i < rounds; i++) {
                compared += datagrams.run(0).units(); // each message in flight once
            }
            return compared;
        }
    }

    @Override
    public Outcome run(long durationNanos) throws IOException {
        long startNanos = System.nanoTime();
        endNanos = startNanos + durationNanos;
        lastNanos = startNanos;
        received = 0;
        for (Place place : places) {
            for (int i = 0; i < place.rounds.length; i++) {
                send(place, i);
                inFlight++;
            }
        }
        while (inFlight > 0) {
            if (select() == 0) {
                throw new IOException(inFlight + " datagrams were lost");
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

    /** The next round of one of a socket's messages: its place, its round, and a pattern of both. */
    private void send(Place place, int index) throws IOException {
        int round = ++place.rounds[index];
        buffer.clear().limit(messageBytes);
        buffer.putInt(index).putInt(round);
        if (comparesBytes) {
            BytePattern.fill(buffer, place.number, (long) round * messageBytes);
        }
        buffer.position(0);
        if (place.channel.write(buffer) != messageBytes) {
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
        if (datagram.remaining() != messageBytes) {
            throw new ByteCheckException("a datagram of " + messageBytes + " bytes came back with "
                    + datagram.remaining());
        }
        int index = datagram.getInt();
        int round = datagram.getInt();
        if (index < 0 || index >= place.rounds.length || round != place.rounds[index]) {
            throw new ByteCheckException("socket " + place.number + ": round " + round
                    + " of message " + index + " came back, which was not in flight");
        }
        if (comparesBytes && BytePattern.matching(datagram, place.number,
                (long) round * messageBytes) != messageBytes - HEADER_BYTES) {
            throw new ByteCheckException("socket " + place.number + ": byte "
                    + datagram.position() + " of a datagram came back changed");
        }
        received++;
        lastNanos = System.nanoTime();
        if (lastNanos - endNanos < 0) {
            send(place, index);
        } else {
            place.rounds[index]++; // a second echo of it is none that is in flight
            inFlight--;
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
