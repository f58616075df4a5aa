package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.conformance.Pairs.Pair;
import dev.sluice.internal.access.PortAccess;
import dev.sluice.internal.spi.Capability;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What threads other than the port's may do, and readiness that is reported again and again. */
class AnyThreadTest extends ConformanceTest {
    private static final int CLOSES = 200;

    @Test
    void anotherThreadReceivesAndSendsWithoutWaiting() throws Exception {
        Pair pair = Pairs.connected(loop);
        CompletableFuture<String> other = CompletableFuture.supplyAsync(() -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment text = arena.allocateFrom("across");
                MemorySegment buffer = arena.allocate(64);
                assertThat(pair.server().tryReceive(buffer)).isEqualTo(NativeSocket.WOULD_BLOCK);
                assertThat(pair.client().trySend(text)).isEqualTo(text.byteSize());
                long count = NativeSocket.WOULD_BLOCK;
                while (count == NativeSocket.WOULD_BLOCK) {
                    count = pair.server().tryReceive(buffer);
                }
                assertThat(count).isEqualTo(text.byteSize());
                return buffer.getString(0);
            } catch (SystemCallException failure) {
                throw new AssertionError(failure);
            }
        });
        assertThat(loop.await(other)).isEqualTo("across");
    }

    @Test
    void anotherThreadLearnsThatTheSocketWasClosed() throws Exception {
        Pair pair = Pairs.connected(loop);
        loop.run(Close.immediate(pair.server()));
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> assertThatThrownBy(
                () -> pair.server().tryReceive(Arena.global().allocate(1)))
                .isInstanceOfSatisfying(SystemCallException.class,
                        closed -> assertThat(closed.status()).isEqualTo(Status.CLOSED_LOCALLY)));
        loop.await(other);
    }

    @Test
    void aCloseWaitsForCallsOfOtherThreadsAndNoneReachesALaterSocket() throws Exception {
        AtomicInteger misrouted = new AtomicInteger();
        for (int round = 0; round < CLOSES; round++) {
            Pair pair = Pairs.connected(loop);
            CountDownLatch running = new CountDownLatch(1);
            CompletableFuture<Status> caller = CompletableFuture.supplyAsync(() -> {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment buffer = arena.allocate(8);
                    while (true) {
                        long count = pair.server().tryReceive(buffer);
                        running.countDown();
                        if (count > 0) {
                            misrouted.incrementAndGet();
                        }
                    }
                } catch (SystemCallException closed) {
                    return closed.status();
                }
            });
            assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
            loop.run(Close.immediate(pair.server()));
            // Takes the descriptor that has become free, and has bytes to read.
            Pair next = Pairs.connected(loop);
            next.client().trySend(port.allocate(8).segment());
            assertThat(loop.await(caller)).isEqualTo(Status.CLOSED_LOCALLY);
            loop.run(Close.abort(next.client()));
            loop.run(Close.abort(next.server()));
            loop.run(Close.immediate(pair.client()));
        }
        assertThat(misrouted.get()).isZero();
    }

    private boolean reportsEdges() {
        PortAccess<CompletionPort, NativeSocket, SystemCallException> access = PortAccess.get();
        return access.has(port, Capability.REPORTS_EDGES);
    }

    @Test
    void aMultishotPollReportsEachTimeTheSocketBecomesReady() throws Exception {
        assumeTrue(reportsEdges(), "needs multishot polls");
        Pair pair = Pairs.connected(loop);
        Readiness edges = loop.submit(Readiness.readable(pair.server()).multishot());
        MemorySegment buffer = port.allocate(64).segment();
        for (int message = 1; message <= 3; message++) {
            int before = loop.events().all().size();
            assertThat(pair.client().trySend(buffer.asSlice(0, 3))).isEqualTo(3);
            loop.until("an edge", () -> loop.events().all().size() > before);
            assertThat(edges.hasMore()).isTrue();
            assertThat(edges.isReadable()).isTrue();
            assertThat(pair.server().tryReceive(buffer)).isEqualTo(3);
            assertThat(pair.server().tryReceive(buffer)).isEqualTo(NativeSocket.WOULD_BLOCK);
        }
        int before = loop.events().all().size();
        loop.run(Close.immediate(pair.client()));
        loop.until("the end", () -> loop.events().all().size() > before + 1);
        assertThat(edges.isHangup()).isTrue();
        assertThat(pair.server().tryReceive(buffer)).isEqualTo(NativeSocket.END_OF_STREAM);
        port.cancel(edges);
        assertThat(loop.await(edges).status()).isEqualTo(Status.CANCELLED);
    }

    @Test
    void aMultishotPollReportsWhatIsReadyWhenItIsSubmitted() throws Exception {
        assumeTrue(reportsEdges(), "needs multishot polls");
        Pair pair = Pairs.connected(loop);
        pair.client().trySend(port.allocate(1).segment());
        Readiness first = loop.submit(Readiness.readable(pair.server()).multishot());
        loop.until("the first to report", first::isReadable);
        Readiness second = loop.submit(Readiness.readableOrWritable(pair.server()).multishot());
        loop.until("the second to report", () -> second.isReadable() && second.isWritable());
    }

    @Test
    void aMultishotPollReportsUrgentDataAndIsNotKeptBusyByIt() throws Exception {
        assumeTrue(reportsEdges(), "needs multishot polls");
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        PlainPeer peer = closeLater(mixed.peer());
        Readiness edges = loop.submit(Readiness.readable(mixed.socket()).multishot());
        peer.write("before");
        loop.until("the first bytes", edges::isReadable);
        assertThat(edges.isUrgent()).isFalse();
        assertThat(edges.isHangup()).isFalse();
        peer.writeUrgent('!');
        peer.write("after");
        loop.until("urgent data", edges::isUrgent);
        assertThat(loop.pollFor(Duration.ofMillis(20))).isLessThan(10);
        MemorySegment buffer = port.allocate(64).segment();
        assertThat(mixed.socket().tryReceive(buffer)).isEqualTo(6);
        assertThat(mixed.socket().tryReceive(buffer)).isEqualTo(5);
        Readiness once = Readiness.readable(mixed.socket());
        loop.submit(once);
        peer.writeUrgent('!');
        loop.pollFor(Duration.ofMillis(20));
        assertThat(loop.events().isAnswered(once)).as("an urgent byte alone").isFalse();
    }

    @Test
    void aPollThatCannotContinueFails() throws Exception {
        assumeTrue(!reportsEdges(), "needs a backend without multishot polls");
        Pair pair = Pairs.connected(loop);
        assertThat(loop.run(Readiness.readable(pair.server()).multishot()).status())
                .isEqualTo(Status.UNSUPPORTED);
    }

    @Test
    void aVirtualOwnerThatWaitsLeavesItsCarrierToOthers() throws Exception {
        int carriers = Runtime.getRuntime().availableProcessors();
        CountDownLatch waiting = new CountDownLatch(2 * carriers);
        CountDownLatch ended = new CountDownLatch(2 * carriers);
        CompletionPort[] ports = new CompletionPort[2 * carriers];
        for (int i = 0; i < ports.length; i++) {
            CompletionPort own = CompletionPort.open(options().backend(backend));
            ports[i] = own;
            Thread thread = Thread.ofVirtual().unstarted(() -> {
                own.execute(waiting::countDown);
                own.poll(CompletionPort.FOREVER);
                own.poll(CompletionPort.FOREVER);
                own.close();
                ended.countDown();
            });
            own.handOver(thread);
            thread.start();
        }
        assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
        // All owners wait or are about to; on their carriers there is room for this one.
        CompletableFuture<Address> ran = new CompletableFuture<>();
        Thread.startVirtualThread(() -> ran.complete(Address.loopback(1)));
        assertThat(ran.get(60, TimeUnit.SECONDS)).isEqualTo(Address.loopback(1));
        do {
            // Again and again: a wait that the task ends may take the first one with it.
            for (CompletionPort each : ports) {
                each.wakeup();
            }
        } while (!ended.await(100, TimeUnit.MILLISECONDS));
    }
}
