package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.PortOptions;
import dev.sluice.Status;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A task for a port whose queue is full waits: a full queue does not mean a closed port. */
class BusyPortTest extends NetTest {
    private static final int MOST_TASKS = 4;

    private PortGroup small() throws NetException {
        PortOptions options = TestPorts.options(backend).maxTasks(MOST_TASKS);
        return kind.open(1, options);
    }

    /** Holds the port's thread until the latch is open, and fills its queue. */
    private static void fill(Poller poller, CountDownLatch until) throws InterruptedException {
        CountDownLatch kept = new CountDownLatch(1);
        assertThat(poller.execute(() -> {
            kept.countDown();
            await(until);
        })).isTrue();
        kept.await();
        TestPorts.fillQueue(poller);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void whatThePortShallDoWaitsForAPlaceAndIsThenDone() throws Exception {
        try (PortGroup small = small();
                Listener listener = Listener.open(
                        OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(group));
                Connection client = Dialer.DEFAULT.group(small).dial(listener.address());
                Connection server = listener.accept()) {
            CountDownLatch free = new CountDownLatch(1);
            fill(small.pollers().next(), free);
            Thread[] asking = new Thread[1];
            CompletableFuture<Status> closed = background(() -> {
                asking[0] = Thread.currentThread();
                return client.closeGracefully(Duration.ofSeconds(30));
            });
            // The peer ends its side after this one: the close is clean only if it was really done.
            CompletableFuture<Integer> end = background(() -> {
                int count = server.read(new byte[1]);
                server.closeWrite();
                return count;
            });
            while (client.isOpen()) {
                Thread.onSpinWait();
            }
            free.countDown();
            assertThat(result(closed)).isEqualTo(Status.OK);
            assertThat(result(end)).isEqualTo(-1);
            assertThat(asking[0].isInterrupted()).isFalse();
        }
    }

    @Test
    void anInterruptIsKeptUntilThereIsAPlace() throws Exception {
        try (PortGroup small = small()) {
            CountDownLatch free = new CountDownLatch(1);
            Poller poller = small.pollers().next();
            fill(poller, free);
            CompletableFuture<Void> ran = new CompletableFuture<>();
            CompletableFuture<Boolean> interrupted = background(Thread.ofPlatform(), () -> {
                Thread.currentThread().interrupt();
                boolean taken = poller.execute(() -> ran.complete(null));
                return taken && Thread.interrupted();
            });
            free.countDown();
            assertThat(result(interrupted)).isTrue();
            result(ran);
        }
    }

    @Test
    void aPortsOwnThreadDoesNotWaitForAPlaceThatOnlyItCanMake() throws Exception {
        try (PortGroup small = small()) {
            Poller poller = small.pollers().next();
            CompletableFuture<Void> ran = new CompletableFuture<>();
            CompletableFuture<Boolean> taken = new CompletableFuture<>();
            assertThat(poller.execute(() -> {
                TestPorts.fillQueue(poller);
                taken.complete(poller.execute(() -> ran.complete(null)));
            })).isTrue();
            assertThat(result(taken)).isTrue();
            result(ran);
        }
    }

    @Test
    void aThreadThatWaitsForASlotLearnsThatThePortCloses() throws Exception {
        PortGroup small = small();
        CountDownLatch free = new CountDownLatch(1);
        Poller poller = small.pollers().next();
        fill(poller, free);
        CompletableFuture<Void> closed = background(() -> {
            small.close();
            return null;
        });
        while (!poller.isStopping()) {
            Thread.onSpinWait();
        }
        assertThat(poller.execute(() -> {})).isFalse();
        free.countDown();
        result(closed);
    }
}
