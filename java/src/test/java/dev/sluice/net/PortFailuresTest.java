package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.Status;
import dev.sluice.conformance.JavaCommand;
import dev.sluice.conformance.Needs;
import dev.sluice.internal.net.FailureLog;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.internal.net.ports.ReceiveBudget;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * A failure on a port's thread concerns one connection: it ends with an error and without a gap in
 * its bytes, and the port still works with all of its buffers.
 */
class PortFailuresTest extends NetTest {
    private static final int BUFFERS = 16;
    private static final int BUFFER_BYTES = 4096;
    private static final Duration LONG = Duration.ofSeconds(60);

    /** A failure that cannot even be logged, as without any memory. */
    private static final class Unloggable extends OutOfMemoryError {
        private static final long serialVersionUID = 1;

        Unloggable() {
            super("made by the test");
        }

        @Override
        public void printStackTrace(PrintStream to) {
            throw this;
        }
    }

    /** Fails to allocate memory for unread bytes while the switch is on. */
    private static final class Scarce extends ReceiveBudget {
        final AtomicBoolean none = new AtomicBoolean();

        Scarce() {
            super(1 << 20);
        }

        @Override
        public byte[] allocate(int bytes) {
            if (none.get()) {
                throw new Unloggable();
            }
            return super.allocate(bytes);
        }
    }

    private static void until(String what, BooleanSupplier holds) {
        long endNanos = System.nanoTime() + LONG.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - endNanos)
                    .as("timed out waiting for: %s", what).isNegative();
            LockSupport.parkNanos(100_000);
        }
    }

    private static Integer availableBuffers(Poller poller) throws Exception {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        assertThat(poller.execute(() -> count.complete(poller.port().availableBuffers()))).isTrue();
        return count.get(60, TimeUnit.SECONDS);
    }

    private static void echo(Connection client, Connection server) throws IOException {
        byte[] bytes = {1, 2, 3};
        client.write(bytes);
        server.readDeadline(LONG);
        server.readFully(new byte[3]);
    }

    /** Reads until the end: every byte must be as it was sent. Returns how the stream ended. */
    private static NetException readToTheError(Connection server, int before) throws IOException {
        server.readDeadline(LONG);
        byte[] into = new byte[1000];
        int read = 0;
        try {
            while (true) {
                int count = server.read(into);
                assertThat(count).as("no end is reported").isPositive();
                for (int i = 0; i < count; i++) {
                    assertThat(into[i]).as("byte %d", read).isEqualTo((byte) read);
                    read++;
                }
            }
        } catch (NetException failure) {
            assertThat(read).isEqualTo(before);
            return failure;
        }
    }

    private static byte[] counting(int from, int bytes) {
        byte[] made = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            made[i] = (byte) (from + i);
        }
        return made;
    }

    @Test
    void withoutMemoryForWhatCameTheConnectionEndsWithAnErrorAndThePortContinues()
            throws Exception {
        assumeTrue(backend == Backend.IO_URING, "elsewhere the port's thread keeps nothing");
        try (PortGroup one = kind.open(1, PortOptions.DEFAULT.maxOperations(4096).maxSockets(1024)
                .poolBuffers(BUFFERS).poolBufferBytes(BUFFER_BYTES).backend(backend))) {
            Poller poller = one.pollers().next();
            Scarce budget = new Scarce();
            poller.receiveBudget(budget);
            Listener listener = Listener.open(
                    OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(one));
            Connection asks = dialer().dial(listener.address());
            Connection answers = listener.accept();
            for (int round = 0; round < 2 * BUFFERS; round++) {
                Connection client = dialer().dial(listener.address());
                Connection server = listener.accept();
                client.write(counting(0, 100));
                until("they are kept", () -> budget.usedBytes() > 0);
                long untold = FailureLog.unlogged();
                budget.none.set(true);
                client.write(counting(100, BUFFER_BYTES));
                until("it failed", () -> FailureLog.unlogged() > untold);
                budget.none.set(false);
                client.write(counting(100 + BUFFER_BYTES, 1000));
                echo(asks, answers);
                NetException ended = readToTheError(server, 100);
                assertThat(ended.status()).as("%s", ended).isEqualTo(Status.OUT_OF_MEMORY);
                client.abort();
                server.abort();
                until("nothing is kept", () -> budget.usedBytes() == 0);
            }
            assertThat(availableBuffers(poller)).isEqualTo(BUFFERS);
            echo(asks, answers);
        }
    }

    @Test
    void aPortContinuesAfterTasksThatFailAndCannotBeLogged() throws Exception {
        try (Pair pair = pair()) {
            for (int i = 0; i < 2 * group.ports(); i++) {
                assertThat(group.pollers().next().execute(() -> {
                    throw new Unloggable();
                })).isTrue();
            }
            echo(pair.client(), pair.server());
            echo(pair.server(), pair.client());
        }
    }

    @Test
    void whatAPortNeedsToSurviveAFailureIsLoadedBeforeTheFirstOne() throws Exception {
        assumeFalse(Needs.isWine(), "a process of its own needs a class path of Windows");
        JavaCommand.Outcome outcome = JavaCommand.run(List.of(
                "-Xlog:class+load", RecorderLoading.class.getName(), backend.name()));
        assertThat(outcome.lines()).contains("served")
                .anyMatch(line -> line.contains(FailureLog.class.getName()));
    }
}
