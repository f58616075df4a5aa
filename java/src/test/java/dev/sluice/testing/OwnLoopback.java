package dev.sluice.testing;

import dev.sluice.Address;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * The loopback address of this process alone. All of 127.0.0.0/8 is this machine; a process that
 * listens and binds at an address that no other program uses has every port of it to itself: no
 * TIME_WAIT of another program lies on a port that it is given, and no other program listens where
 * it expects a refusal.
 *
 * <p>A socket that connects without a bind has the source address 127.0.0.1, which the kernel
 * prefers. IPv6 has one loopback address only; there the ports of both ends distinguish a
 * connection from others. On Windows it is 127.0.0.1: under Wine a datagram socket that is bound to
 * another loopback address sends from that one.
 */
public final class OwnLoopback {
    private static final int FIRST = 127;
    /** Above what people write by hand. */
    private static final int SECOND = 64;
    private static final int MASK = 0x3F;
    private static final int BYTE = 0xFF;

    private static final byte[] BYTES = bytes(ProcessHandle.current().pid());

    /** Its literal. */
    public static final String HOST = inet().getHostAddress();

    /** Its literal with port 0, to let the system choose a port. */
    public static final String ANY_PORT = HOST + ":0";

    private OwnLoopback() {}

    private static byte[] bytes(long pid) {
        if (System.getProperty("os.name").startsWith("Windows")) {
            return new byte[]{FIRST, 0, 0, 1};
        }
        int second = SECOND + (int) ((pid >>> (2 * Byte.SIZE)) & MASK);
        return new byte[]{
            FIRST, (byte) second, (byte) ((pid >>> Byte.SIZE) & BYTE), (byte) (pid & BYTE)};
    }

    /** The address with a port; 0 lets the system choose one. */
    public static Address at(int port) {
        return Address.of(HOST, port);
    }

    /** The address for the JDK's sockets, made without a look-up. */
    public static InetAddress inet() {
        try {
            return InetAddress.getByAddress(BYTES);
        } catch (UnknownHostException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** As {@link #inet()} with a port; 0 lets the system choose one. */
    public static InetSocketAddress inet(int port) {
        return new InetSocketAddress(inet(), port);
    }
}
