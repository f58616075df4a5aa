package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.Backend;
import dev.sluice.conformance.Needs;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.testing.OwnLoopback;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** Many idle connections, each with a virtual thread that waits. */
class IdleConnectionsTest extends NetTest {
    private static final int MOST = 10_000;
    private static final int OTHER_DESCRIPTORS = 500;
    private static final int DIALS_AT_ONCE = 8;
    private static final int MOST_BYTES_OF_BOTH_ENDS = 1_180;
    private static final int ROUNDS = 4;
    private static final Duration LONG = Duration.ofHours(1);

    /**
     * Memory of a write that is submitted to a ring with others; with a thread per port each write
     * is.
     */
    private static final int BYTES_OF_A_WRITE = 250;

    /** As many as the limit of descriptors allows, but enough for a meaningful test. */
    private static int count() {
        if (Needs.isLinux() && ManagementFactory
                .getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long fit = (system.getMaxFileDescriptorCount() - OTHER_DESCRIPTORS) / 2;
            return (int) Math.min(MOST, fit);
        }
        return 500;
    }

    /** Each end waits with a time that every message moves; the timers are set once for each end. */
    @Test
    void tenThousandWaitAndEachStillAnswersWithoutWorkForTheTimers() throws Exception {
        int count = count();
        assumeTrue(count >= 100, "needs a higher limit of descriptors");
        PortGroup large = kind.open(2, dev.sluice.PortOptions.DEFAULT
                .maxOperations(65_536).maxSockets(32_768).poolBuffers(16).poolBufferBytes(64 * 1024)
                .backend(backend));
        Listener listener =
                Listener.open(OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(large));
        AtomicLong served = new AtomicLong();
        Server server = Server.on(listener, connection -> {
            served.incrementAndGet();
            connection.idleTimeout(LONG);
            connection.transferTo(connection);
        }).start();
        Dialer dialer = Dialer.DEFAULT.group(large);
        List<CompletableFuture<List<Connection>>> dials = new ArrayList<>();
        for (int worker = 0; worker < DIALS_AT_ONCE; worker++) {
            dials.add(background(() -> {
                List<Connection> made = new ArrayList<>();
                for (int i = 0; i < count / DIALS_AT_ONCE; i++) {
                    made.add(dialer.dial(listener.address()));
                }
                return made;
            }));
        }
        List<Connection> clients = new ArrayList<>();
        for (CompletableFuture<List<Connection>> dial : dials) {
            clients.addAll(dial.get());
        }
        assertThat(background(() -> {
            byte[] one = new byte[1];
            for (int message = 0; message < ROUNDS * clients.size(); message++) {
                Connection client = clients.get(message % clients.size());
                client.writeDeadline(LONG);
                client.write(one);
                client.readDeadline(LONG);
                client.readFully(one);
            }
            return "each answered";
        }).get()).isEqualTo("each answered");
        assertThat(changesOfTimers(large)).as("%d messages by each end", ROUNDS * clients.size())
                .isPositive().isLessThanOrEqualTo(3L * clients.size());
        assertThat(served.get()).isEqualTo(clients.size());
        assertThat(server.active()).isEqualTo(clients.size());
        clients.forEach(Connection::abort);
        Server.Report report = server.stop(Duration.ofSeconds(60));
        assertThat(report.finished() + report.lost()).isEqualTo(clients.size());
        large.close();
    }

    private static long changesOfTimers(PortGroup group) {
        long sum = 0;
        for (int i = 0; i < group.ports(); i++) {
            Poller poller = group.pollers().next();
            CompletableFuture<Long> changes = new CompletableFuture<>();
            assertThat(poller.execute(() -> changes.complete(poller.timers().changes()))).isTrue();
            sum += changes.join();
        }
        return sum;
    }

    /** Counts objects in the heap, so that one more object per connection is seen. */
    @Test
    void whatWaitsIsOfFewBytes() throws Exception {
        assumeTrue(Needs.isLinux(), "the limit is for epoll and io_uring");
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server server =
                Server.on(listener, connection -> connection.transferTo(connection)).start();
        List<Connection> clients = new ArrayList<>();
        clients.add(echoed(listener));
        long before = bytesOfOwnObjects();
        int count = 500;
        for (int i = 0; i < count; i++) {
            clients.add(echoed(listener));
        }
        long bytes = (bytesOfOwnObjects() - before) / count;
        assertThat(bytes).as("bytes of both ends of a connection").isPositive()
                .isLessThanOrEqualTo(MOST_BYTES_OF_BOTH_ENDS
                        + (kind.threadPerPort() && backend == Backend.IO_URING
                                ? BYTES_OF_A_WRITE
                                : 0));
        clients.forEach(Connection::abort);
        server.stop(Duration.ofSeconds(60));
    }

    private Connection echoed(Listener listener) throws Exception {
        Connection client = dialer().dial(listener.address());
        client.write(new byte[1]);
        client.readFully(new byte[1]);
        return client;
    }

    /** Counts the library's objects after a collection; threads and tables belong to the JDK. */
    private static long bytesOfOwnObjects() throws JMException {
        Object histogram = ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                new Object[]{new String[0]}, new String[]{String[].class.getName()});
        return ((String) histogram).lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(cells -> cells.length >= 4 && cells[3].startsWith("dev.sluice."))
                .mapToLong(cells -> Long.parseLong(cells[2])).sum();
    }
}
