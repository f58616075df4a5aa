package dev.sluice.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;

/**
 * Requests for many datagrams, from connected sockets to a server's consecutive ports, one at a time on
 * each. The unit is a datagram that came. One that is lost or doubled, or has another size, place or
 * number, ends the run.
 */
public final class DatagramBulk extends DatagramExchange<DatagramBulk.Place> {
    /** The size of each datagram that comes. */
    public static final int DATAGRAM_BYTES = 1200;

    /** How many come for a request: a system call can send them as segments. */
    public static final int DATAGRAMS = 48;

    /** A socket, the number of its latest request, and which of its answers came. */
    static final class Place extends Socket {
        private final boolean[] came = new boolean[DATAGRAMS];
        private int request;
        private int left;

        Place(int number, DatagramChannel channel) {
            super(number, channel);
        }
    }

    /**
     * To a server on so many ports.
     *
     * @param server its first port
     */
    public DatagramBulk(InetSocketAddress server, int sockets) throws IOException {
        super(DATAGRAM_BYTES);
        connect(server, sockets, Place::new);
    }

    @Override
    void begin(Place place) throws IOException {
        place.request++;
        place.left = DATAGRAMS;
        Arrays.fill(place.came, false);
        buffer().putInt(DATAGRAMS).putInt(place.request);
        send(place, DATAGRAMS);
    }

    @Override
    void onReceived(Place place, ByteBuffer datagram) throws IOException {
        int index = datagram.getInt();
        int request = datagram.getInt();
        boolean expected = index >= 0 && index < place.came.length && request == place.request
                && !place.came[index];
        if (!expected) {
            throw new ByteCheckException("datagram " + index + " of request " + request
                    + " came, which was not asked for");
        }
        place.came[index] = true;
        boolean more = came();
        if (--place.left == 0 && more) {
            begin(place);
        }
    }
}
