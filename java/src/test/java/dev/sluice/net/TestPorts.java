package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import dev.sluice.internal.net.ports.Poller;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.function.ToIntFunction;

/** Ports as small as tests need them, and checks of what is left on them. */
final class TestPorts {
    private TestPorts() {}

    static PortOptions options(Backend backend) {
        return PortOptions.DEFAULT.maxOperations(65_536).maxSockets(16_384).poolBuffers(16)
                .poolBufferBytes(64 * 1024).backend(backend);
    }

    /** Fills the queue of a port whose thread is held. */
    static void fillQueue(Poller poller) {
        boolean full = false;
        while (!full) {
            try {
                poller.port().execute(() -> {});
            } catch (RejectedExecutionException noPlace) {
                full = true;
                assertThat(noPlace).hasMessageContaining("maxTasks");
            }
        }
    }

    /** Waits until no operation is in flight on any port: no slot was leaked. */
    static void awaitIdle(PortGroup group) {
        awaitIdleBut(group, 0);
    }

    /** As above, for listeners that are open and have one accept in flight each. */
    static void awaitIdleBut(PortGroup group, int expected) {
        awaitPending(group, pending -> pending <= expected);
    }

    /** Waits until at least that many operations are in flight. */
    static void awaitBusy(PortGroup group, int expected) {
        awaitPending(group, pending -> pending >= expected);
    }

    /** Waits until that many sockets are open on all ports, listeners among them. */
    static void awaitSockets(PortGroup group, int expected) {
        await(group, port -> port.sockets().size(), count -> count == expected);
    }

    private static void awaitPending(PortGroup group, IntPredicate enough) {
        await(group, CompletionPort::pendingOperations, enough);
    }

    private static void await(
            PortGroup group, ToIntFunction<CompletionPort> count, IntPredicate enough) {
        long endNanos = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!enough.test(sum(group, count))) {
            if (System.nanoTime() - endNanos > 0) {
                throw new AssertionError(sum(group, count) + " are left on " + group);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static int sum(PortGroup group, ToIntFunction<CompletionPort> count) {
        int sum = 0;
        for (int i = 0; i < group.ports(); i++) {
            Poller poller = group.pollers().next();
            CompletionPort port = poller.port();
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            if (poller.execute(() -> answer.complete(count.applyAsInt(port)))) {
                sum += answer.join();
            }
        }
        return sum;
    }
}
