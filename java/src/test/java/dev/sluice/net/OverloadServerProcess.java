package dev.sluice.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.Backend;
import dev.sluice.SockOpt;
import dev.sluice.conformance.Descriptors;
import dev.sluice.testing.OwnLoopback;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A server with a small heap that answers lines, with bounds and without any time-out. On a line of its
 * standard input it waits until all connections have ended, prints what it counted, and ends.
 */
final class OverloadServerProcess {
    static final List<String> OPTIONS = List.of("-Xmx128m", "-XX:+UseSerialGC",
            "--add-opens=java.base/java.lang=ALL-UNNAMED");

    /** The request that every peer may make. */
    static final String ASK = "ask\n";

    /** What it gets. */
    static final String ANSWER = "answer\n";

    /** Asks for so much that a peer which does not read never gets all of it. */
    static final String LARGE = "large\n";

    private static final int LONGEST_LINE = 128;
    private static final int LARGE_BYTES = 1 << 20;
    private static final int LARGE_TIMES = 64;
    private static final int SEND_BUFFER = 32 * 1024;
    private static final long LIMIT_NANOS = Duration.ofMinutes(2).toNanos();
    private static final long PAUSE_NANOS = 10_000_000;

    private static final byte[] ANSWER_BYTES = ANSWER.getBytes(US_ASCII);
    private static final byte[] LARGE_ANSWER = new byte[LARGE_BYTES];

    private final AtomicLong started = new AtomicLong();

    private OverloadServerProcess() {}

    /** The backend, whether there is a thread per port, and the two bounds. */
    public static void main(String[] arguments) throws Exception {
        Backend backend = Backend.valueOf(arguments[0]);
        boolean threadPerPort = Boolean.parseBoolean(arguments[1]);
        int most = Integer.parseInt(arguments[2]);
        int perAddress = Integer.parseInt(arguments[3]);
        try (PortGroup group =
                threadPerPort ? PortGroup.openThreadPerPort(backend) : PortGroup.open(backend)) {
            new OverloadServerProcess().run(group, most, perAddress);
        }
    }

    private void run(PortGroup group, int most, int perAddress) throws IOException {
        // The buffers of the kernel are bounded, too: else very many megabytes wait in them.
        ListenerOptions options = ListenerOptions.DEFAULT.group(group)
                .control(socket -> socket.set(SockOpt.SNDBUF, SEND_BUFFER));
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, options);
        Server server = Server.on(listener, this::serve).maxConnections(most)
                .maxConnectionsPerAddress(perAddress)
                .whenFull(OverloadPolicy.ABORT_OLDEST_IDLE).start();
        int before = Descriptors.now().open().size();
        System.out.println("listening " + listener.address().port() + " " + OwnLoopback.HOST);
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, US_ASCII));
        long largestActive = 0;
        while (!commands.ready()) {
            largestActive = Math.max(largestActive, server.active());
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        System.out.println("peak " + largestActive);
        until("the listener alone is open", () -> group.statistics().sockets() == 1);
        until("no handler runs", () -> server.active() == 0);
        until("each descriptor is closed", () -> Descriptors.now().open().size() <= before);
        until("no address counts", () -> server.statistics().addresses() == 0);
        Server.Statistics counts = server.statistics();
        Server.Report report = server.stop(Duration.ofSeconds(1));
        System.out.println("kept " + group.keptBytes());
        System.out.println("addresses " + counts.addresses());
        System.out.println("refused " + counts.refused());
        System.out.println("idle " + counts.abortedIdle());
        System.out.println("started " + started.get());
        System.out.println("ended " + (report.finished() + report.lost() + report.failed()
                + report.aborted()));
        System.out.println("aborted " + report.aborted());
        System.out.println("failed " + report.failed());
        System.out.println("done");
    }

    private static void until(String what, BooleanSupplier holds) {
        long endNanos = System.nanoTime() + LIMIT_NANOS;
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - endNanos > 0) {
                System.out.println("timed out waiting for: " + what);
                return;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void serve(Connection connection) throws IOException {
        started.incrementAndGet();
        byte[] line = new byte[LONGEST_LINE];
        int filled = 0;
        while (filled < line.length) {
            int count = connection.read(line, filled, line.length - filled);
            if (count < 0) {
                return;
            }
            filled += count;
            int end = new String(line, 0, filled, US_ASCII).indexOf('\n') + 1;
            if (end == 0) {
                continue;
            }
            String request = new String(line, 0, end, US_ASCII);
            filled -= end;
            System.arraycopy(line, end, line, 0, filled);
            if (request.equals(ASK)) {
                connection.write(ANSWER_BYTES);
            } else if (request.equals(LARGE)) {
                for (int i = 0; i < LARGE_TIMES; i++) {
                    connection.write(LARGE_ANSWER);
                }
            } else {
                return;
            }
        }
    }
}
