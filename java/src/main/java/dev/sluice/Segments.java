package dev.sluice;

/** Checks the sizes into which sends are cut. */
final class Segments {
    /** The largest size that fits the kernel's field, 16 bits. */
    private static final int MOST_BYTES = 65_535;

    /** UDP_MAX_SEGMENTS before Linux 6.10, which has 128. */
    private static final int MOST = 64;

    private Segments() {}

    static void set(Operation<?> send, int segmentBytes) {
        send.requireIdle("change the segments of");
        requireInBounds(send, segmentBytes);
        if (segmentBytes > 0 || send.request.segmentBytes() > 0) {
            requireUdp(send, segmentBytes);
            send.request.segmentBytes(segmentBytes);
        }
    }

    private static void requireInBounds(Object send, int segmentBytes) {
        if (segmentBytes < 0 || segmentBytes > MOST_BYTES) {
            throw new IllegalArgumentException("cannot cut " + send + " into segments of "
                    + segmentBytes + " bytes: use 1 to " + MOST_BYTES + ", or 0 for one datagram");
        }
    }

    private static void requireUdp(Operation<?> send, int segmentBytes) {
        if (segmentBytes > 0 && !isUdp(send.requireSocket())) {
            throw new IllegalArgumentException("cannot cut " + send + " into segments of "
                    + segmentBytes + " bytes: it is not on a UDP socket; use segmentBytes(0)");
        }
    }

    private static boolean isUdp(NativeSocket socket) {
        SocketType type = socket.type();
        return type == SocketType.UDP4 || type == SocketType.UDP6;
    }

    /** Checks a call that does not block. */
    static void check(NativeSocket socket, long bytes, int segmentBytes) {
        if (segmentBytes == 0) {
            return;
        }
        requireInBounds("a send of " + socket, segmentBytes);
        if (!isUdp(socket)) {
            throw new IllegalArgumentException("cannot cut a send of " + socket
                    + " into segments of " + segmentBytes
                    + " bytes: it is no UDP socket; use segments of 0 bytes");
        }
        if (countOf(bytes, segmentBytes) > MOST) {
            throw new IllegalArgumentException("cannot send on " + socket + ": "
                    + excess(bytes, segmentBytes) + " segments");
        }
    }

    private static long countOf(long bytes, int segmentBytes) {
        return Math.ceilDiv(bytes, (long) segmentBytes);
    }

    private static String excess(long bytes, int segmentBytes) {
        return bytes + " bytes in segments of " + segmentBytes + " are "
                + countOf(bytes, segmentBytes) + " datagrams, and one call sends " + MOST
                + " at most; send fewer bytes, or use larger";
    }

    /** Checks what is known at the submission: the socket and the number of bytes. */
    static void check(Operation<?> send) {
        int segmentBytes = send.request.segmentBytes();
        if (segmentBytes == 0) {
            return;
        }
        requireUdp(send, segmentBytes);
        long bytes = send.request.length();
        if (countOf(bytes, segmentBytes) > MOST) {
            throw new IllegalStateException("cannot submit " + send + ": "
                    + excess(bytes, segmentBytes) + " segmentBytes()");
        }
    }
}
