package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.conformance.Needs;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** Deadlines, idle time-outs and heartbeats are timers of the port; threads park without time. */
class PortTimersTest extends NetTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    /** A message takes ten times as long under Wine. */
    private static final int MESSAGES = Needs.isWine() ? 400 : 2_000;

    /** Looks that found a reading thread which had just got its bytes, and so set no timer. */
    private static final int MORE_LOOKS = MESSAGES / 10;

    /** Asks the port's thread. */
    private static long ask(Connection connection, ToLongFunction<Poller> question) {
        Poller poller = state(connection).poller;
        CompletableFuture<Long> answer = new CompletableFuture<>();
        assertThat(poller.execute(() -> answer.complete(question.applyAsLong(poller)))).isTrue();
        return answer.join();
    }

    private static long timers(Connection connection) {
        return ask(connection, poller -> poller.timers().size());
    }

    private static void awaitTimers(Connection connection, long expected) {
        while (timers(connection) != expected) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            assertThat(thread.isAlive()).isTrue();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static CompletableFuture<Integer> echo(Connection connection) {
        return background(state(connection).poller.threads(), () -> {
            byte[] bytes = new byte[64];
            int sum = 0;
            for (int count = connection.read(bytes); count > 0; count = connection.read(bytes)) {
                connection.write(bytes, 0, count);
                sum += count;
            }
            return sum;
        });
    }

    /** Sets the times of a connection before each message. */
    private interface Times {
        void set(Connection connection);
    }

    private static long exchange(Connection client, Times times) throws Exception {
        return result(background(state(client).poller.threads(), () -> {
            byte[] bytes = new byte[64];
            long sum = 0;
            for (int i = 0; i < MESSAGES; i++) {
                times.set(client);
                client.write(bytes);
                client.readFully(bytes);
                sum += bytes.length;
            }
            return sum;
        }));
    }

    @Test
    void aVirtualThreadThatWaitsWithATimeOutParksWithoutTime() throws Exception {
        try (Pair pair = pair()) {
            Connection server = pair.server();
            server.idleTimeout(LONG);
            server.readDeadline(LONG);
            Thread[] thread = new Thread[1];
            CompletableFuture<Integer> reading =
                    background(state(server).poller.threads(), () -> {
                        thread[0] = Thread.currentThread();
                        return server.read(new byte[8]);
                    });
            awaitTimers(server, 1);
            awaitWaiting(thread[0]);
            pair.client().write(new byte[3]);
            assertThat(result(reading)).isEqualTo(3);
        }
    }

    @Test
    void messagesUnderAnIdleTimeOutAreNoWorkForTheTimers() throws Exception {
        try (Pair pair = pair()) {
            pair.server().idleTimeout(LONG);
            pair.client().idleTimeout(LONG);
            CompletableFuture<Integer> echoing = echo(pair.server());
            assertThat(exchange(pair.client(), _ -> {})).isPositive();
            assertFewChanges(pair);
            pair.client().closeWrite();
            assertThat(result(echoing)).isPositive();
        }
    }

    @Test
    void deadlinesThatMoveWithEachMessageAreNoWorkForTheTimers() throws Exception {
        try (Pair pair = pair()) {
            CompletableFuture<Integer> echoing = echo(pair.server());
            assertThat(exchange(pair.client(), client -> {
                client.readDeadline(LONG);
                client.writeDeadline(LONG);
            })).isPositive();
            assertFewChanges(pair);
            pair.client().closeWrite();
            assertThat(result(echoing)).isPositive();
        }
    }

    private static void assertFewChanges(Pair pair) {
        long changes = ask(pair.client(), poller -> poller.timers().changes())
                + ask(pair.server(), poller -> poller.timers().changes());
        assertThat(changes).as("changes of timers").isPositive().isLessThan(MORE_LOOKS);
    }

    @Test
    void threadsOfEachKindAreWokenByTheDeadline() throws Exception {
        Thread.Builder ofOther = Thread.ofVirtual();
        Thread.Builder ofSystem = Thread.ofPlatform().daemon();
        try (Pair pair = pair()) {
            Thread.Builder own = state(pair.server()).poller.threads();
            for (Thread.Builder threads : new Thread.Builder[]{own, ofOther, ofSystem, own}) {
                pair.server().readDeadline(SHORT);
                CompletableFuture<Integer> reading =
                        background(threads, () -> pair.server().read(new byte[8]));
                assertThat(failureOf(reading)).isInstanceOf(DeadlineException.class)
                        .hasMessageEndingWith(": deadline exceeded");
            }
        }
    }

    @Test
    void aDeadlineThatMovesToAnEarlierTimeHoldsAlsoIfItHasNotPassedYet() throws Exception {
        try (Pair pair = pair()) {
            pair.server().readDeadline(LONG);
            CompletableFuture<Integer> reading = background(() -> pair.server().read(new byte[8]));
            awaitTimers(pair.server(), 1);
            pair.server().readDeadline(SHORT);
            assertThat(failureOf(reading)).isInstanceOf(DeadlineException.class);
            pair.server().clearDeadlines();
            CompletableFuture<Integer> idle = background(() -> pair.server().read(new byte[8]));
            pair.server().idleTimeout(LONG);
            awaitTimers(pair.server(), 1);
            pair.server().idleTimeout(SHORT);
            assertThat(failureOf(idle)).isInstanceOf(DeadlineException.class)
                    .hasMessageEndingWith(": idle for " + SHORT);
        }
    }

    /** Of two threads that move it at once each knows what it replaces, so no wake-up is lost. */
    @Test
    void aDeadlineThatTwoThreadsMoveAtOnceEndsTheReadAHundredTimes() throws Exception {
        try (Pair pair = pair()) {
            for (int round = 0; round < 100; round++) {
                pair.server().readDeadline(LONG);
                CompletableFuture<Integer> reading =
                        background(() -> pair.server().read(new byte[8]));
                CompletableFuture<Void> later = background(() -> {
                    pair.server().readDeadline(Duration.ofMillis(2));
                    return null;
                });
                pair.server().readDeadline(Duration.ofMillis(1));
                result(later);
                assertThat(failureOf(reading)).isInstanceOf(DeadlineException.class);
            }
        }
    }

    @Test
    void aDirectionThatNoThreadUsesLosesItsTimer() throws Exception {
        try (Pair pair = pair()) {
            pair.server().idleTimeout(SHORT);
            CompletableFuture<Integer> reading = background(() -> pair.server().read(new byte[8]));
            pair.client().write(new byte[4]);
            try {
                assertThat(result(reading)).isEqualTo(4);
            } catch (java.util.concurrent.ExecutionException slow) {
                assertThat(slow.getCause()).isInstanceOf(DeadlineException.class);
            }
            awaitTimers(pair.server(), 0);
        }
    }

    @Test
    void aCloseRemovesTheTimersOfItsConnection() throws Exception {
        try (Pair pair = pair()) {
            Connection server = pair.server();
            server.idleTimeout(LONG);
            server.heartbeat(LONG, _ -> {});
            server.heartbeat(LONG, _ -> {});
            CompletableFuture<Integer> reading = background(() -> server.read(new byte[8]));
            CompletableFuture<Void> writing = background(() -> {
                while (true) {
                    server.write(new byte[1 << 16]);
                }
            });
            awaitTimers(server, 3);
            server.abort();
            assertThat(failureOf(reading)).isInstanceOf(ClosedException.class);
            assertThat(failureOf(writing)).isInstanceOf(ClosedException.class);
            awaitTimers(server, 0);
        }
    }

    /** Without a place in the queue of its port a thread parks with time. */
    @Test
    void aDeadlinePassesThoughThePortTakesNoRequest() throws Exception {
        PortOptions options = TestPorts.options(backend).maxTasks(4);
        try (PortGroup small = kind.open(1, options);
                Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
                Connection client = Dialer.DEFAULT.group(small).dial(listener.address())) {
            CountDownLatch kept = new CountDownLatch(1);
            CountDownLatch free = new CountDownLatch(1);
            Poller poller = small.pollers().next();
            assertThat(poller.execute(() -> {
                kept.countDown();
                awaitUninterruptibly(free);
            })).isTrue();
            kept.await();
            TestPorts.fillQueue(poller);
            client.readDeadline(SHORT);
            Thread.Builder elsewhere = Thread.ofVirtual();
            boolean completes = poller.receivesByCompletion();
            if (completes || backend == Backend.EPOLL) {
                CompletableFuture<Integer> reading =
                        background(elsewhere, () -> client.read(new byte[8]));
                assertThat(failureOf(reading)).isInstanceOf(DeadlineException.class);
            }
            free.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
