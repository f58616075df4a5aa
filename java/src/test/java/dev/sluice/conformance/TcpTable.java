package dev.sluice.conformance;

import dev.sluice.Address;
import dev.sluice.NativeSocket;
import dev.sluice.SystemCallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the Linux kernel still knows of a TCP connection, see proc(5) on /proc/net/tcp. */
final class TcpTable {
    private static final List<Path> TABLES =
            List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    /** By the numbers of the kernel's tcp_states.h, from 1. */
    enum State {
        ESTABLISHED,
        SYN_SENT,
        SYN_RECV,
        FIN_WAIT1,
        FIN_WAIT2,
        TIME_WAIT,
        CLOSE,
        CLOSE_WAIT,
        LAST_ACK,
        LISTEN,
        CLOSING,
        NEW_SYN_RECV
    }

    private TcpTable() {}

    /** Whether there is such a table here. */
    static boolean isThere() {
        return Needs.isLinux() && Files.isReadable(TABLES.getFirst());
    }

    /** Both ends of a connection over IPv4, as the one end sees them. */
    record Ends(Address local, Address peer) {
        static Ends of(NativeSocket connected) throws SystemCallException {
            return new Ends(connected.localAddress(), connected.peerAddress());
        }
    }

    /**
     * The states of the sockets at this end, also of one that no process has any more. Both addresses and
     * both ports count: other programs have sockets too, and a port is given to several of them.
     */
    static List<State> statesOf(Ends ends) {
        List<State> found = new ArrayList<>();
        for (Path table : TABLES) {
            for (String line : linesOf(table)) {
                String[] columns = line.strip().split("\\s+", -1);
                if (names(columns[1], ends.local) && names(columns[2], ends.peer)) {
                    found.add(State.values()[Integer.parseInt(columns[3], 16) - 1]);
                }
            }
        }
        return found;
    }

    /** Sockets of the JDK are in the table of IPv6, where the address is the last of four words. */
    private static boolean names(String column, Address address) {
        InetSocketAddress socket = address.toInetSocketAddress();
        int host = ByteBuffer.wrap(socket.getAddress().getAddress())
                .order(ByteOrder.nativeOrder()).getInt();
        return column.endsWith(String.format("%08X:%04X", host, socket.getPort()));
    }

    private static List<String> linesOf(Path table) {
        if (!Files.isReadable(table)) {
            return List.of();
        }
        try {
            List<String> lines = Files.readAllLines(table);
            return lines.subList(1, lines.size());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
