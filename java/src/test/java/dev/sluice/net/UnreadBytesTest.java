package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.conformance.JavaCommand;
import dev.sluice.internal.net.connection.Chunk;
import dev.sluice.internal.net.ports.ReceiveBudget;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Ports that receive by themselves keep what no thread reads yet. It is bounded for each connection
 * and for all, counted as what it takes of the heap, and no byte of it is lost.
 */
class UnreadBytesTest extends NetTest {
    private static final long LIMIT_NANOS = Duration.ofSeconds(60).toNanos();
    private static final int BUFFERS = 64;
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int EACH = 1 << 20;
    private static final int CLIENTS = 120;
    private static final int MOST_OF_ONE = 128 * 1024;

    /** The options of one port, with buffers that are small against the bounds. */
    private PortGroup reading;

    @BeforeEach
    void openReading() throws NetException {
        assumeTrue(backend == Backend.IO_URING, "elsewhere the system keeps what nobody reads");
        reading = kind.open(1, PortOptions.DEFAULT.maxOperations(8192).maxSockets(4096)
                .poolBuffers(BUFFERS).poolBufferBytes(BUFFER_BYTES).backend(backend));
    }

    @AfterEach
    void closeReading() {
        if (reading != null) {
            reading.close();
        }
    }

    private ReceiveBudget budget() {
        return reading.pollers().next().receiveBudget();
    }

    private static void until(String what, BooleanSupplier holds) {
        long endNanos = System.nanoTime() + LIMIT_NANOS;
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - endNanos)
                    .as("timed out waiting for: %s", what).isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static byte[] pattern(int seed, int bytes) {
        byte[] made = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            made[i] = (byte) (i * 31 + (i >>> 8) + seed);
        }
        return made;
    }

    /** Connections whose peers write that much at once, and which no thread reads. */
    private final class Unread implements AutoCloseable {
        final List<Connection> clients = new ArrayList<>();
        final List<Connection> servers = new ArrayList<>();
        final List<CompletableFuture<Void>> writers = new ArrayList<>();

        Unread(int count, int bytes) throws IOException {
            try (Listener listener = Listener.open(
                    OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(reading))) {
                for (int i = 0; i < count; i++) {
                    clients.add(dialer().dial(listener.address()));
                    servers.add(listener.accept());
                }
            }
            for (int i = 0; i < count; i++) {
                Connection client = clients.get(i);
                byte[] message = pattern(i, bytes);
                writers.add(background(() -> {
                    client.write(message);
                    client.closeWrite();
                    return null;
                }));
            }
        }

        /** Paused connections have no receive with the port. */
        void awaitPaused() {
            TestPorts.awaitIdle(reading);
        }

        @Override
        public void close() {
            clients.forEach(Connection::abort);
            servers.forEach(Connection::abort);
        }
    }

    @Test
    void oneConnectionKeepsNoMoreThanItsBoundAndLosesNothing() throws Exception {
        try (Unread unread = new Unread(1, 2 * EACH)) {
            unread.awaitPaused();
            assertThat(budget().usedBytes()).isBetween(MOST_OF_ONE / 2L,
                    MOST_OF_ONE + BUFFER_BYTES + 16L * Chunk.OVERHEAD_BYTES);
            byte[] all = new byte[2 * EACH];
            Connection server = unread.servers.getFirst();
            server.readFully(all);
            assertThat(all).isEqualTo(pattern(0, 2 * EACH));
            assertThat(server.read(all)).isEqualTo(-1);
            assertThat(budget().usedBytes()).isZero();
        }
    }

    @Test
    void allTogetherKeepNoMoreThanTheirBoundAndItIsFreeAgainWhenTheyLeave() throws Exception {
        long most = 2L << 20;
        reading.maxUnreadBytes(most);
        try (Unread unread = new Unread(CLIENTS, EACH)) {
            unread.awaitPaused();
            // What the port's buffers held when the budget was used up, and one more for each.
            long buffers = 2L * BUFFERS * (BUFFER_BYTES + Chunk.OVERHEAD_BYTES);
            assertThat(budget().usedBytes()).isBetween(most,
                    most + buffers + (long) CLIENTS * (BUFFER_BYTES + Chunk.OVERHEAD_BYTES));
            // Another connection is served nevertheless, and so is one of these.
            try (Unread late = new Unread(1, EACH)) {
                assertAllIsRead(late.servers.getFirst(), 0);
            }
            assertAllIsRead(unread.servers.get(7), 7);
        }
        until("it is released", () -> budget().usedBytes() == 0);
        try (Unread after = new Unread(3, EACH)) {
            for (int i = 0; i < 3; i++) {
                assertAllIsRead(after.servers.get(i), i);
            }
        }
        until("it is released", () -> budget().usedBytes() == 0);
    }

    private static void assertAllIsRead(Connection server, int seed) throws IOException {
        server.readDeadline(Duration.ofSeconds(60));
        byte[] all = new byte[EACH];
        server.readFully(all);
        assertThat(all).isEqualTo(pattern(seed, EACH));
        assertThat(server.read(all)).isEqualTo(-1);
    }

    /** A reader stops in the middle of a stream whose receive continues by itself. */
    @Test
    void readersThatStopKeepNoMoreThanAllMayEither() throws Exception {
        long most = 1L << 20;
        reading.maxUnreadBytes(most);
        try (Unread unread = new Unread(CLIENTS / 2, EACH)) {
            byte[] some = new byte[1000];
            for (Connection server : unread.servers) {
                server.readFully(some);
            }
            unread.awaitPaused();
            long buffers = 2L * BUFFERS * (BUFFER_BYTES + Chunk.OVERHEAD_BYTES);
            assertThat(budget().usedBytes()).isLessThanOrEqualTo(
                    most + buffers + CLIENTS / 2L * (BUFFER_BYTES + Chunk.OVERHEAD_BYTES));
        }
    }

    @Test
    void tinySegmentsAreKeptTogether() throws Exception {
        int count = 1000;
        // The same port answers on another connection, so it has seen what was sent before.
        try (Listener listener = Listener.open(
                OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(reading));
                Connection tiny = dialer().dial(listener.address());
                Connection unread = listener.accept();
                Connection asks = dialer().dial(listener.address());
                Connection answers = listener.accept()) {
            byte[] one = new byte[1];
            for (int i = 0; i < count; i++) {
                one[0] = (byte) i;
                tiny.write(one);
                asks.write(one);
                answers.readFully(one);
            }
            assertThat(budget().usedBytes()).isBetween((long) count, 4L * count);
            byte[] all = new byte[count];
            unread.readFully(all);
            for (int i = 0; i < count; i++) {
                assertThat(all[i]).isEqualTo((byte) i);
            }
            assertThat(budget().usedBytes()).isZero();
        }
    }

    @Test
    void endsAndResetsAreSeenWhereAllTogetherKeepTooMuch() throws Exception {
        reading.maxUnreadBytes(0);
        try (Unread hog = new Unread(1, EACH); Unread idle = new Unread(2, 0)) {
            until("something is kept", () -> budget().usedBytes() > 0);
            byte[] one = new byte[1];
            assertThat(idle.servers.getFirst().read(one)).isEqualTo(-1);
            idle.clients.getLast().abort();
            Connection lost = idle.servers.getLast();
            lost.readDeadline(Duration.ofSeconds(60));
            // The end came first here; the write reports the reset.
            assertThatThrownBy(() -> {
                while (true) {
                    lost.write(one);
                    LockSupport.parkNanos(1_000_000);
                }
            }).isInstanceOf(ConnectionLostException.class);
            assertAllIsRead(hog.servers.getFirst(), 0);
        }
    }

    @Test
    void theBoundIsSharedByThePortsOfAGroupAndHasADefault() throws Exception {
        long most = group.maxUnreadBytes();
        assertThat(most).isBetween((1L << 20) - 2, 64L << 20);
        assertThat(group.maxUnreadBytes(10_000).maxUnreadBytes()).isEqualTo(10_000);
        assertThat(group.pollers().next().receiveBudget().maxBytes()).isEqualTo(5_000);
        assertThatThrownBy(() -> group.maxUnreadBytes(-1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("-1");
    }

    @Test
    void aServerWithASmallHeapServesOnBesideClientsThatItDoesNotRead() throws Exception {
        List<String> program = new ArrayList<>(UnreadProcess.OPTIONS);
        program.addAll(List.of(UnreadProcess.class.getName(), backend.name(),
                Boolean.toString(kind.threadPerPort())));
        JavaCommand.Outcome outcome = JavaCommand.run(program);
        assertThat(outcome.lines()).contains("served beside them", "served after them");
        assertThat(outcome.code()).as("%s", outcome.lines()).isZero();
    }
}
