package dev.sluice.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the Linux kernel still knows of a local TCP port, see proc(5) on /proc/net/tcp. */
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

    /** The states of all sockets, also those that no process has any more, with this local port. */
    static List<State> statesOf(int localPort) {
        List<State> found = new ArrayList<>();
        for (Path table : TABLES) {
            for (String line : linesOf(table)) {
                String[] columns = line.strip().split("\\s+", -1);
                String local = columns[1];
                int port = Integer.parseInt(local.substring(local.indexOf(':') + 1), 16);
                if (port == localPort) {
                    found.add(State.values()[Integer.parseInt(columns[3], 16) - 1]);
                }
            }
        }
        return found;
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
