package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/**
 * Datagrams to a server that sends them back, from connected sockets to its consecutive ports, with a
 * fixed number in flight on each. The unit is a datagram and its echo. Each carries its place and its
 * round, so that one that is lost, doubled, altered in size or sent to another socket ends the run.
 */
public final class Datagrams extends DatagramExchange<Datagrams.Place> {
    private static final int HEADER_BYTES = Integer.BYTES + Integer.BYTES;

    private final int messageBytes;
    private final boolean comparesBytes;

    /** A socket, and for each of its messages in flight the round, 0 where none is. */
    static final class Place extends Socket {
        private final int[] rounds;

        Place(int number, DatagramChannel channel, int messages) {
            super(number, channel);
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
        super(load.messageBytes());
        this.messageBytes = load.messageBytes();
        this.comparesBytes = comparesBytes;
        if (messageBytes < HEADER_BYTES) {
            throw new IllegalArgumentException("a datagram must have " + HEADER_BYTES + " bytes");
        }
        connect(server, load.connections(),
                (number, channel) -> new Place(number, channel, load.inFlight()));
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
    void begin(Place place) throws IOException {
        for (int i = 0; i < place.rounds.length; i++) {
            sendRound(place, i);
        }
    }

    /** The next round of one of a socket's messages: its place, its round, and a pattern of both. */
    private void sendRound(Place place, int index) throws IOException {
        int round = ++place.rounds[index];
        ByteBuffer datagram = buffer().limit(messageBytes).putInt(index).putInt(round);
        if (comparesBytes) {
            BytePattern.fill(datagram, place.number, (long) round * messageBytes);
        }
        datagram.position(messageBytes);
        send(place, 1);
    }

    @Override
    void onReceived(Place place, ByteBuffer datagram) throws IOException {
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
        if (came()) {
            sendRound(place, index);
        } else {
            place.rounds[index]++; // a second echo of it is none that is in flight
        }
    }
}
