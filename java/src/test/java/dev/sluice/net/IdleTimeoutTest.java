package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SockOpt;
import dev.sluice.conformance.Needs;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What an idle time-out fails, and what it must not fail: calls that need not wait, slow peers. */
class IdleTimeoutTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final int CHUNK = 4 * 1024;
    private static final int SEND_BUFFER = 200 * 1024;
    private static final int BIG = 4 * 1024 * 1024;

    /** How often a slow reader takes a chunk. */
    private static final int STEPS = 40;

    private PlainPeer plain() throws IOException {
        return PlainPeer.accepted(listening(), 4 * CHUNK, LONG);
    }

    /** On the thread itself, which occupies its carrier. */
    private static void computeFor(Duration time) {
        long endNanos = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - endNanos < 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void bytesThatAreThereAreReadThoughTheHandlerComputedForLonger() throws Exception {
        int rounds = 3;
        try (PlainPeer plain = plain()) {
            Connection connection = plain.connection();
            connection.idleTimeout(SHORT);
            AtomicInteger written = new AtomicInteger();
            CountDownLatch[] computing = new CountDownLatch[rounds];
            for (int round = 0; round < rounds; round++) {
                computing[round] = new CountDownLatch(1);
            }
            Thread.Builder threads = state(connection).poller.threads();
            CompletableFuture<Integer> handling = background(threads, () -> {
                int read = 0;
                for (int round = 0; round < rounds; round++) {
                    computing[round].countDown();
                    while (written.get() <= round) {
                        Thread.onSpinWait();
                    }
                    computeFor(SHORT.multipliedBy(3));
                    read += connection.read(new byte[100]);
                    computeFor(SHORT.multipliedBy(3));
                    connection.write(new byte[10]);
                }
                return read;
            });
            for (int round = 0; round < rounds; round++) {
                while (computing[round].getCount() > 0 && !handling.isDone()) {
                    Thread.onSpinWait();
                }
                plain.peer().getOutputStream().write(new byte[5]);
                written.incrementAndGet();
            }
            assertThat(result(handling)).isEqualTo(5 * rounds);
            assertThat(plain.peer().getInputStream().readNBytes(10 * rounds)).hasSize(10 * rounds);
        }
    }

    /**
     * An attempt that fails if the machine was too slow for the time; the next one gets more time.
     */
    private interface Attempt {
        boolean inTime(Duration idle) throws Exception;
    }

    private static void untilInTime(Attempt attempt) throws Exception {
        Duration idle = Duration.ofMillis(400);
        while (!attempt.inTime(idle)) {
            idle = idle.multipliedBy(4);
            assertThat(idle).as("a machine too slow for any time").isLessThan(LONG);
        }
    }

    /**
     * Takes some bytes at each eighth of the time, several times as long; false if it was too slow.
     */
    private static boolean takesSlowly(Socket peer, Duration idle) throws Exception {
        InputStream in = peer.getInputStream();
        long latestNanos = System.nanoTime();
        boolean inTime = true;
        for (int step = 0; step < STEPS; step++) {
            long nextNanos = latestNanos + idle.toNanos() / 8;
            while (System.nanoTime() - nextNanos < 0) {
                LockSupport.parkNanos(nextNanos - System.nanoTime());
            }
            in.readNBytes(CHUNK);
            long nowNanos = System.nanoTime();
            inTime &= nowNanos - latestNanos < idle.toNanos() / 3;
            latestNanos = nowNanos;
        }
        return inTime;
    }

    @Test
    void aSteadySlowReaderOfABigWriteIsNotIdle() throws Exception {
        Needs.linux("elsewhere nothing shows what the peer has taken");
        untilInTime(idle -> {
            try (PlainPeer plain = plain()) {
                plain.connection().set(SockOpt.SNDBUF, SEND_BUFFER);
                plain.connection().idleTimeout(idle);
                CompletableFuture<Void> writing = background(() -> {
                    plain.connection().write(new byte[BIG]);
                    return null;
                });
                boolean inTime = takesSlowly(plain.peer(), idle);
                if (inTime) {
                    assertThat(writing).as("still writing").isNotDone();
                    plain.peer().getInputStream().skipNBytes(BIG - STEPS * CHUNK);
                    result(writing);
                }
                return inTime;
            }
        });
    }

    @Test
    void aReadThatWaitsWhileThePeerTakesWhatWasWrittenIsNotIdleEither() throws Exception {
        Needs.linux("elsewhere nothing shows what the peer has taken");
        untilInTime(idle -> {
            try (PlainPeer plain = plain()) {
                plain.connection().set(SockOpt.SNDBUF, SEND_BUFFER);
                plain.connection().write(new byte[SEND_BUFFER]);
                plain.connection().idleTimeout(idle);
                CompletableFuture<Integer> reading =
                        background(() -> plain.connection().read(new byte[100]));
                boolean inTime = takesSlowly(plain.peer(), idle);
                plain.peer().getOutputStream().write(new byte[5]);
                if (inTime) {
                    assertThat(result(reading)).isEqualTo(5);
                }
                return inTime;
            }
        });
    }

    @Test
    void aPeerThatTakesNothingStillEndsTheWrite() throws Exception {
        try (PlainPeer plain = plain()) {
            plain.connection().idleTimeout(SHORT);
            CompletableFuture<Void> writing = background(() -> {
                while (true) {
                    plain.connection().write(new byte[1 << 20]);
                }
            });
            assertThat(failureOf(writing)).isInstanceOf(DeadlineException.class)
                    .hasMessageStartingWith("write tcp ")
                    .hasMessageContaining(": idle for " + SHORT + " after ")
                    .hasMessageEndingWith(" bytes");
            plain.connection().write(new byte[0]);
            assertThatThrownBy(() -> plain.connection().read(new byte[1]))
                    .isInstanceOf(DeadlineException.class)
                    .hasMessageEndingWith(": idle for " + SHORT);
        }
    }
}
