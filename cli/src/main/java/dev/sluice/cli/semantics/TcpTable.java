package dev.sluice.cli.semantics;

import dev.sluice.cli.doctor.SystemFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The kernel's table of TCP connections, where it can be read.
 *
 * @see <a href="https://docs.kernel.org/networking/proc_net_tcp.html">proc/net/tcp</a>
 */
final class TcpTable {
    private static final int TIME_WAIT = 6; // include/net/tcp_states.h
    private static final long SETTLING_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final SystemFiles files;

    TcpTable(SystemFiles files) {
        this.files = files;
    }

    /**
     * What is left of a connection on the loopback device that both sides have closed. Waits a little
     * for the last segments to pass.
     */
    TimeWait leftOf(int port, int peerPort) throws InterruptedException {
        if (files.lines("proc/net/tcp").isEmpty()) {
            return TimeWait.UNKNOWN;
        }
        long deadline = System.nanoTime() + SETTLING_NANOS;
        List<Integer> here = states(port, peerPort);
        List<Integer> peer = states(peerPort, port);
        while (isMoving(here) || isMoving(peer)) {
            if (System.nanoTime() > deadline) {
                break;
            }
            TimeUnit.MILLISECONDS.sleep(2); // The kernel has no event to wait for.
            here = states(port, peerPort);
            peer = states(peerPort, port);
        }
        return TimeWait.of(here.contains(TIME_WAIT), peer.contains(TIME_WAIT));
    }

    private static boolean isMoving(List<Integer> states) {
        return states.stream().anyMatch(state -> state != TIME_WAIT);
    }

    /** The states of the sockets with that pair of ports. IPv4 sockets of the JDK are in tcp6. */
    List<Integer> states(int localPort, int remotePort) {
        List<Integer> states = new ArrayList<>();
        for (String file : List.of("proc/net/tcp", "proc/net/tcp6")) {
            for (String line : files.lines(file)) {
                String[] fields = line.strip().split("\\s+", 5);
                if (fields.length == 5 && port(fields[1]) == localPort
                        && port(fields[2]) == remotePort) {
                    states.add(Integer.parseInt(fields[3], 16));
                }
            }
        }
        return states;
    }

    /** The port of a column such as 0100007F:CC68; -1 in the heading. */
    private static int port(String address) {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? -1 : Integer.parseInt(address.substring(colon + 1), 16);
    }
}
