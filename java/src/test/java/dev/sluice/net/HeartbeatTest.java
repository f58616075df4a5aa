package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.LogLines;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One heartbeat per connection, and a log line if it ends by a fault. */
class HeartbeatTest extends NetTest {
    private static final Duration OFTEN = Duration.ofMillis(1);

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(60, TimeUnit.SECONDS)).as("the callbacks came").isTrue();
    }

    @Test
    void aSecondHeartbeatReplacesTheFirst() throws Exception {
        try (Pair pair = pair()) {
            CountDownLatch first = new CountDownLatch(1);
            AtomicInteger calls = new AtomicInteger();
            pair.client().heartbeat(OFTEN, idle -> {
                calls.incrementAndGet();
                first.countDown();
            });
            await(first);
            CountDownLatch second = new CountDownLatch(2);
            pair.client().heartbeat(OFTEN, idle -> second.countDown());
            await(second);
            // A call that had begun may have been counted only now; none begins any more.
            int before = calls.get();
            CountDownLatch third = new CountDownLatch(500);
            pair.client().heartbeat(OFTEN, idle -> third.countDown());
            await(third);
            assertThat(calls.get()).isLessThanOrEqualTo(before + 1);
        }
    }

    @Test
    void anErrorOfTheCallbackEndsItAndIsInTheLog() throws Exception {
        try (LogLines log = new LogLines();
                Pair pair = pair()) {
            pair.client().heartbeat(OFTEN, idle -> {
                throw new AssertionError("as the test wants it");
            });
            log.await("ERROR", "the heartbeat of connection");
            log.await("as the test wants it");
            pair.client().write(new byte[1]);
            pair.server().readFully(new byte[1]);
        }
    }

    @Test
    void aCheckedExceptionOfTheCallbackEndsItAndIsInTheLog() throws Exception {
        try (LogLines log = new LogLines();
                Pair pair = pair()) {
            pair.client().heartbeat(OFTEN, idle -> {
                throw new Exception("no more pings");
            });
            log.await("WARN", "the heartbeat of connection");
            log.await("no more pings");
            assertThat(pair.client().isOpen()).isTrue();
        }
    }
}
