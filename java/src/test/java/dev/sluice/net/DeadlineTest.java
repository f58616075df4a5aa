package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Deadlines that move, idle time-outs, heartbeats and interrupts. */
class DeadlineTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(20);

    /** The first span to try within which two steps of a test must follow each other. */
    private static final long WINDOW_NANOS = Duration.ofMillis(100).toNanos();

    @Test
    void aReadDeadlineEndsTheReadThatWaitsAndNothingIsLost() throws Exception {
        try (Pair pair = pair()) {
            pair.server().readDeadline(SHORT);
            assertThatThrownBy(() -> pair.server().read(new byte[8]))
                    .isInstanceOfSatisfying(DeadlineException.class, failure -> {
                        assertThat(failure.isTimeout()).isTrue();
                        assertThat(failure.isTemporary()).isTrue();
                        assertThat(failure.status()).isEqualTo(Status.DEADLINE);
                    })
                    .hasMessageEndingWith(": deadline exceeded");
            pair.client().write(new byte[]{4});
            assertThatThrownBy(() -> pair.server().read(new byte[8]))
                    .isInstanceOf(DeadlineException.class);
            pair.server().clearDeadlines();
            byte[] one = new byte[1];
            pair.server().readFully(one);
            assertThat(one[0]).isEqualTo((byte) 4);
        }
    }

    @Test
    void aDeadlineThatIsMovedHoldsForTheReadThatWaits() throws Exception {
        try (Pair pair = pair()) {
            pair.server().readDeadline(LONG);
            CompletableFuture<Integer> reading = background(() -> pair.server().read(new byte[8]));
            pair.server().readDeadline(Duration.ZERO);
            assertThat(failureOf(reading)).isInstanceOf(DeadlineException.class);

            long windowNanos = WINDOW_NANOS;
            while (!outlivesADeadlineThatWasMovedAway(pair, windowNanos)) {
                windowNanos = larger(windowNanos);
            }
        }
    }

    /**
     * Returns false if this machine was too slow for the span: the deadline was over when it moved.
     */
    private boolean outlivesADeadlineThatWasMovedAway(Pair pair, long windowNanos)
            throws Exception {
        long endNanos = System.nanoTime() + windowNanos;
        pair.server().readDeadline(Duration.ofNanos(windowNanos));
        CompletableFuture<Integer> reading = background(() -> pair.server().read(new byte[8]));
        pair.server().readDeadline(LONG);
        boolean inTime = System.nanoTime() - endNanos < 0;
        // The first deadline passes without an effect.
        while (System.nanoTime() - endNanos < 0) {
            LockSupport.parkNanos(endNanos - System.nanoTime());
        }
        pair.client().write(new byte[2]);
        if (inTime) {
            assertThat(result(reading)).isEqualTo(2);
        } else if (reading.exceptionally(_ -> -1).get(60, TimeUnit.SECONDS) < 0) {
            assertThat(failureOf(reading)).isInstanceOf(DeadlineException.class);
            pair.server().readFully(new byte[2]);
        }
        return inTime;
    }

    private static long larger(long windowNanos) {
        assertThat(windowNanos).as("a machine too slow for any window").isLessThan(LONG.toNanos());
        return 4 * windowNanos;
    }

    @Test
    void aWriteDeadlineEndsTheWriteThatWaits() throws Exception {
        try (Pair pair = pair()) {
            pair.server().writeDeadline(SHORT);
            assertThatThrownBy(() -> {
                while (true) {
                    pair.server().write(new byte[1 << 20]);
                }
            }).isInstanceOf(DeadlineException.class).hasMessageStartingWith("write tcp ");
            pair.server().abort();
        }
    }

    @Test
    void theOtherDirectionHasADeadlineOfItsOwn() throws Exception {
        try (Pair pair = pair()) {
            pair.server().readDeadline(Duration.ZERO);
            pair.server().write(new byte[5]);
            pair.client().readFully(new byte[5]);
            pair.client().writeDeadline(Duration.ZERO);
            assertThatThrownBy(() -> pair.client().write(new byte[1]))
                    .isInstanceOf(DeadlineException.class);
        }
    }

    @Test
    void anIdleConnectionFailsAndTrafficKeepsItAlive() throws Exception {
        try (Pair pair = pair()) {
            long windowNanos = WINDOW_NANOS;
            while (!staysAliveForTwo(pair, windowNanos)) {
                windowNanos = larger(windowNanos);
            }
            assertThatThrownBy(() -> pair.server().read(new byte[1]))
                    .isInstanceOf(DeadlineException.class)
                    .hasMessageEndingWith(": idle for " + Duration.ofNanos(windowNanos));
        }
    }

    /**
     * Returns false if a byte took longer on this machine than the span, so that a failure was
     * right.
     */
    private static boolean staysAliveForTwo(Pair pair, long windowNanos) throws Exception {
        long begunNanos = System.nanoTime();
        long latestNanos = begunNanos;
        pair.server().idleTimeout(Duration.ofNanos(windowNanos));
        while (latestNanos - begunNanos < 2 * windowNanos) {
            long nextNanos = System.nanoTime();
            pair.client().write(new byte[1]);
            try {
                pair.server().readFully(new byte[1]);
            } catch (DeadlineException idle) {
                assertThat(System.nanoTime() - latestNanos).isGreaterThanOrEqualTo(windowNanos);
                pair.server().idleTimeout(LONG);
                pair.server().readFully(new byte[1]);
                return false;
            }
            latestNanos = nextNanos;
        }
        return true;
    }

    @Test
    void aHeartbeatCallsBackWhenNothingMovesAndEndsWithTheConnection() throws Exception {
        try (Pair pair = pair()) {
            CountDownLatch beats = new CountDownLatch(3);
            pair.server().heartbeat(Duration.ofMillis(10), connection -> {
                connection.write(new byte[]{1});
                beats.countDown();
            });
            pair.client().readFully(new byte[3]);
            assertThat(beats.await(60, TimeUnit.SECONDS)).isTrue();
            pair.server().close();
            while (pair.client().read(new byte[16]) >= 0) {
                // Bytes that were sent before the end.
            }
        }
    }

    @Test
    void beatsPushTheHeartbeat() throws Exception {
        try (Pair pair = pair()) {
            AtomicInteger calls = new AtomicInteger();
            pair.server().heartbeat(LONG, connection -> calls.incrementAndGet());
            pair.server().beat();
            pair.client().write(new byte[1]);
            pair.server().readFully(new byte[1]);
            assertThat(calls.get()).isZero();
        }
    }

    @Test
    void anInterruptEndsTheReadAndTheConnectionContinues() throws Exception {
        try (Pair pair = pair()) {
            CompletableFuture<Thread> started = new CompletableFuture<>();
            CompletableFuture<Boolean> reading = background(() -> {
                started.complete(Thread.currentThread());
                assertThatThrownBy(() -> pair.server().read(new byte[1]))
                        .isInstanceOf(CancelledException.class)
                        .hasMessageEndingWith(": interrupted");
                return Thread.interrupted();
            });
            result(started).interrupt();
            assertThat(result(reading)).as("the interrupt status stays").isTrue();
            pair.client().write(new byte[1]);
            assertThat(pair.server().read(new byte[4])).isEqualTo(1);
        }
    }

    /**
     * Data and deadline come together: the reader gets one of them, never both and never neither.
     */
    @Test
    void aDeadlineThatMeetsDataIsEitherAThousandTimes() throws Exception {
        try (Pair pair = pair()) {
            byte[] one = new byte[1];
            int late = 0;
            for (int round = 0; round < 1000; round++) {
                pair.server().readDeadline(Duration.ofNanos(round % 50 * 4_000L));
                CompletableFuture<Void> writing = background(() -> {
                    pair.client().write(new byte[1]);
                    return null;
                });
                try {
                    assertThat(pair.server().read(one)).isEqualTo(1);
                } catch (DeadlineException missed) {
                    late++;
                    pair.server().clearDeadlines();
                    assertThat(pair.server().read(one)).isEqualTo(1);
                }
                result(writing);
            }
            pair.client().closeWrite();
            pair.server().clearDeadlines();
            assertThat(pair.server().read(one)).as("%d came late", late).isEqualTo(-1);
        }
    }

    @Test
    void aCloseThatMeetsReadsAndWritesEndsThemAThousandTimes() throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            for (int round = 0; round < 1000; round++) {
                Connection client = dialer().dial(listener.address());
                Connection server = listener.accept(LONG);
                CompletableFuture<Integer> reading =
                        background(() -> server.read(new byte[1]));
                CompletableFuture<Void> writing = background(() -> {
                    server.write(new byte[1]);
                    return null;
                });
                AtomicReference<Throwable> failure = new AtomicReference<>();
                if (round % 2 == 0) {
                    server.abort();
                } else {
                    server.close();
                }
                assertThat(failureOf(reading)).isInstanceOf(ClosedException.class);
                writing.exceptionally(refused -> {
                    failure.set(refused);
                    return null;
                }).get(60, TimeUnit.SECONDS);
                if (failure.get() != null) {
                    assertThat(failure.get()).isInstanceOf(ClosedException.class);
                }
                client.close();
            }
            TestPorts.awaitIdleBut(group, 1);
        }
    }

    @Test
    void anInterruptThatMeetsDataIsEitherAThousandTimes() throws Exception {
        try (Pair pair = pair()) {
            int received = 0;
            for (int round = 0; round < 1000; round++) {
                CompletableFuture<Thread> started = new CompletableFuture<>();
                CompletableFuture<Integer> reading = background(() -> {
                    started.complete(Thread.currentThread());
                    return pair.server().read(new byte[2000]);
                });
                Thread reader = result(started);
                pair.client().write(new byte[1]);
                reader.interrupt();
                try {
                    received += result(reading);
                } catch (java.util.concurrent.ExecutionException interrupted) {
                    assertThat(interrupted.getCause()).isInstanceOf(CancelledException.class);
                }
            }
            pair.client().closeWrite();
            byte[] rest = pair.server().inputStream().readAllBytes();
            assertThat(received + rest.length).isEqualTo(1000);
        }
    }
}
