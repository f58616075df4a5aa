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
        if (segmentBytes < 0 || segmentBytes > MOST_BYTES) {
            throw new IllegalArgumentException("cannot cut " + send + " into segments of "
                    + segmentBytes + " bytes: use 1 to " + MOST_BYTES + ", or 0 for one datagram");
        }
        if (segmentBytes > 0 || send.request.segmentBytes() > 0) {
            requireUdp(send, segmentBytes);
            send.request.segmentBytes(segmentBytes);
        }
    }

    private static void requireUdp(Operation<?> send, int segmentBytes) {
        SocketType type = send.requireSocket().type();
        boolean udp = type == SocketType.UDP4 || type == SocketType.UDP6;
        if (segmentBytes > 0 && !udp) {
            throw new IllegalArgumentException("cannot cut " + send + " into segments of "
                    + segmentBytes + " bytes: it is not on a UDP socket; use segmentBytes(0)");
        }
    }

    /** Checks what is known at the submission: the socket and the number of bytes. */
    static void check(Operation<?> send) {
        int segmentBytes = send.request.segmentBytes();
        if (segmentBytes == 0) {
            return;
        }
        requireUdp(send, segmentBytes);
        long bytes = send.request.length();
        long count = Math.ceilDiv(bytes, (long) segmentBytes);
        if (count > MOST) {
            throw new IllegalStateException("cannot submit " + send + ": " + bytes
                    + " bytes in segments of " + segmentBytes + " are " + count
                    + " datagrams, and one call sends " + MOST
                    + " at most; send fewer bytes, or use larger segmentBytes()");
        }
    }
}
