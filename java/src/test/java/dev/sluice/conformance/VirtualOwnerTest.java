package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A port whose owner is a virtual thread works on any carrier. */
class VirtualOwnerTest extends ConformanceTest {
    private static final int MESSAGES = 300;
    private static final int CARRIERS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void everyMessageComesAlthoughTheOwnerChangesItsCarrier() throws Exception {
        assumeTrue(
                Runtime.getRuntime().availableProcessors() >= CARRIERS,
                "needs two processors: else there is but one carrier");
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> others = new ArrayList<>();
        for (int i = 0; i < 2 * CARRIERS; i++) {
            // They take the carriers whenever the owner parks, so that it comes back on another.
            others.add(Thread.ofVirtual().start(() -> {
                while (!stop.get()) {
                    LockSupport.parkNanos(20_000);
                }
            }));
        }
        CompletableFuture<Set<String>> carriers = new CompletableFuture<>();
        CompletionPort mine = CompletionPort.open(options().backend(backend));
        Thread owner = Thread.ofVirtual().unstarted(() -> {
            try {
                carriers.complete(exchange(mine));
            } catch (Exception | Error failure) {
                carriers.completeExceptionally(failure);
            }
        });
        mine.handOver(owner);
        owner.start();
        owner.join();
        stop.set(true);
        for (Thread other : others) {
            other.join();
        }
        Set<String> seen = carriers.get();
        assumeTrue(seen.size() >= CARRIERS, () -> "the owner stayed on " + seen);
    }

    private static String carrier() {
        // VirtualThread[#22]/runnable@ForkJoinPool-1-worker-1
        String name = Thread.currentThread().toString();
        return name.substring(name.indexOf('@') + 1);
    }

    private Set<String> exchange(CompletionPort mine) throws Exception {
        Set<String> carriers = new HashSet<>();
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (mine) {
            Loop own = new Loop(mine);
            Pairs.Pair pair = Pairs.connected(own);
            MemorySegment buffer = Pattern.allocate(mine, 100);
            Receive receive = own.submit(new Receive(pair.server()).multishot());
            int sent = 0;
            while (sent < MESSAGES
                    || (carriers.size() < CARRIERS && System.nanoTime() - end < 0)) {
                carriers.add(carrier());
                int now = ++sent;
                own.submit(new Send(pair.client()).buffer(buffer));
                LockSupport.parkNanos(1000);
                own.until("message " + now, () -> bytes(own, receive) == now * 100L);
            }
            own.until("the sends", () -> own.events().all().stream()
                    .noneMatch(event -> event.operation().isPending()
                            && event.operation() != receive));
            assertThat(own.events().statusesOf(receive)).containsOnly(Status.OK);
            own.run(Close.immediate(pair.server()));
            assertThat(own.events().lastOf(receive).status()).isEqualTo(Status.CLOSED_LOCALLY);
            mine.close();
            own.events().verify();
        }
        return carriers;
    }

    private static long bytes(Loop own, Receive receive) {
        return own.events().of(receive).stream().mapToLong(Event::bytes).sum();
    }
}
