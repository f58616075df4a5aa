package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.PortOptions;
import dev.sluice.PortStatistics;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SystemCallException;
import dev.sluice.conformance.Pairs.Pair;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a snapshot of a port says, on the port's thread and on others. */
class StatisticsTest extends ConformanceTest {
    private static final int MESSAGES = 50;
    private static final int THREADS = 4;
    private static final int TRIES = Needs.isWine() ? 100 : 2_000;

    @Test
    void whatThePortHoldsIsThere() throws Exception {
        PortStatistics empty = port.statistics();
        assertThat(empty.backend()).isEqualTo(backend);
        assertThat(empty.sockets()).isZero();
        assertThat(empty.pendingOperations()).isZero();
        assertThat(empty.usedBuffers()).isZero();
        assertThat(empty.freeBuffers() + empty.providedBuffers()).isEqualTo(64);
        Pair pair = Pairs.connected(loop);
        loop.submit(new Receive(pair.server()).buffer(port.allocate(8).segment()));
        PooledBuffer taken = port.takeBuffer();
        assertThat(taken).isNotNull();
        port.execute(() -> {});
        PortStatistics full = port.statistics();
        assertThat(full.sockets()).isEqualTo(port.sockets().size()).isPositive();
        assertThat(full.pendingOperations()).isEqualTo(port.pendingOperations()).isPositive();
        assertThat(full.usedBuffers()).isEqualTo(1);
        assertThat(full.freeBuffers() + full.providedBuffers()).isEqualTo(63);
        assertThat(full.waitingTasks()).isEqualTo(1);
        taken.release();
        loop.until("the task", () -> port.statistics().waitingTasks() == 0);
    }

    @Test
    void eventsPollsAndCallsAreCounted() throws Exception {
        Pair pair = Pairs.connected(loop);
        PortStatistics before = port.statistics();
        MemorySegment bytes = Pattern.allocate(port, 8);
        for (int i = 0; i < MESSAGES; i++) {
            Receive receive = loop.submit(new Receive(pair.server()).buffer(bytes));
            loop.run(new Send(pair.client()).buffer(bytes));
            loop.await(receive);
        }
        PortStatistics after = port.statistics();
        assertThat(after.events() - before.events()).isEqualTo(2 * MESSAGES);
        assertThat(after.polls() - before.polls()).isPositive();
        assertThat(after.waitCalls() - before.waitCalls()).isPositive();
        long messageCalls = after.tryCalls() - before.tryCalls()
                + after.submitCalls() - before.submitCalls();
        if (backend == Backend.IO_URING) {
            assertThat(after.tryCalls()).isEqualTo(before.tryCalls());
        } else {
            assertThat(messageCalls).isGreaterThanOrEqualTo(2 * MESSAGES);
        }
        assertThat(after.systemCalls()).isEqualTo(after.waitCalls() + after.submitCalls()
                + after.tryCalls() + after.otherCalls());
    }

    /** Each of them has memory of its own for errors, and none may lose its count to another. */
    @Test
    void theCallsOfOtherThreadsAreCountedToTheLast() throws Exception {
        Pair pair = Pairs.connected(loop);
        long before = port.statistics().tryCalls();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(CompletableFuture.runAsync(() -> tryOften(pair.server())));
        }
        for (CompletableFuture<Void> thread : threads) {
            thread.join();
        }
        assertThat(port.statistics().tryCalls() - before).isEqualTo((long) THREADS * TRIES);
    }

    private static void tryOften(NativeSocket socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(8);
            for (int i = 0; i < TRIES; i++) {
                assertThat(socket.tryReceive(buffer)).isEqualTo(NativeSocket.WOULD_BLOCK);
            }
        } catch (SystemCallException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void anotherThreadSeesThePortSleep() {
        assertThat(port.statistics().asleepNanos()).isZero();
        CompletableFuture<Void> observer = CompletableFuture.runAsync(() -> {
            long endNanos = System.nanoTime() + Loop.LIMIT.toNanos();
            while (port.statistics().asleepNanos() == 0 && System.nanoTime() < endNanos) {
                Thread.onSpinWait();
            }
            port.wakeup();
        });
        // It sleeps once, and only what is seen of the present sleep ends it.
        port.poll(CompletionPort.FOREVER);
        observer.join();
        assertThat(port.statistics().asleepNanos()).isPositive();
    }

    @Test
    void aSleepIsMeasuredInFull() {
        Duration sleep = Duration.ofMillis(60);
        long before = port.statistics().asleepNanos();
        loop.pollFor(sleep);
        // A wait may end a tick early, and an idle port does nothing between its waits.
        assertThat(port.statistics().asleepNanos() - before)
                .isGreaterThanOrEqualTo(sleep.toNanos() / 2);
    }

    @Test
    void theLongestHandlingCoversASlowHandler() {
        long slowNanos = Duration.ofMillis(30).toNanos();
        assertThat(port.statistics().longestHandlingNanos()).isZero();
        port.execute(() -> {
            long endNanos = System.nanoTime() + slowNanos;
            while (System.nanoTime() - endNanos < 0) {
                Thread.onSpinWait();
            }
        });
        loop.until("the task",
                () -> port.statistics().longestHandlingNanos() >= slowNanos);
    }

    @Test
    void anAcceptThatFindsNoRoomCountsAsAFailure() throws Exception {
        PortOptions small = options().maxSockets(1);
        Loop full = openLoop(small);
        NativeSocket listener = full.port().listen(OwnLoopback.at(0));
        full.submit(new Accept(listener).multishot());
        closeLater(PlainPeer.connect(listener.localAddress()));
        full.until("a failure", () -> full.port().statistics().acceptFailures() > 0);
        assertThat(port.statistics().acceptFailures()).isZero();
    }

    @Test
    void aClosedPortKeepsItsCounts() throws Exception {
        Loop closing = openLoop(options());
        Pairs.connected(closing);
        long events = closing.port().statistics().events();
        closing.port().close();
        PortStatistics last = closing.port().statistics();
        assertThat(last.sockets()).isZero();
        assertThat(last.pendingOperations()).isZero();
        assertThat(last.events()).isGreaterThanOrEqualTo(events).isPositive();
    }

    @Test
    void aSumHasTheCountsOfBoth() throws Exception {
        Loop other = openLoop(options());
        Pairs.connected(loop);
        Pairs.connected(other);
        PortStatistics one = port.statistics();
        PortStatistics two = other.port().statistics();
        PortStatistics sum = one.plus(two);
        assertThat(sum.sockets()).isEqualTo(one.sockets() + two.sockets());
        assertThat(sum.events()).isEqualTo(one.events() + two.events());
        assertThat(sum.systemCalls()).isEqualTo(one.systemCalls() + two.systemCalls());
        assertThat(sum.longestHandlingNanos()).isEqualTo(
                Math.max(one.longestHandlingNanos(), two.longestHandlingNanos()));
    }
}
