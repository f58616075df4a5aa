package dev.sluice.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the owner of a port waits for its kernel. */
class WaitLoopTest extends EngineFixture {
    private static final long LONGEST_NAP_NANOS = 200_000;

    /** A wait of 50 us would take a tick of the clock there, 15.6 ms, as would one of 5 ms. */
    @ParameterizedTest
    @ValueSource(longs = {1, 50_000, 5_000_000})
    void aVirtualOwnerNeverWaitsOnItsCarrierWhereWaitsAreRoundedUp(long timeoutNanos) {
        backend.brief = false;
        pollOnVirtualThread(timeoutNanos);
        assertThat(backend.waitsOnCarriers).isEmpty();
    }

    @Test
    void thenAThreadForWaitingWaitsUntilAWakeUp() {
        backend.brief = false;
        pollOnVirtualThreadUntilWoken();
        assertThat(backend.waitsOnCarriers).isEmpty();
        assertThat(backend.otherWaits).containsExactly(FOREVER);
    }

    @Test
    void aVirtualOwnerNapsOnItsCarrierWhereThatIsBrief() {
        pollOnVirtualThreadUntilWoken();
        assertThat(backend.waitsOnCarriers).containsExactly(LONGEST_NAP_NANOS);
        assertThat(backend.otherWaits).containsExactly(FOREVER);
    }

    /** Else the watchdog would report each idle port, and nothing would be known of a long sleep. */
    @Test
    void aWaitIsSleepAndNoHandling() {
        engine.counters().measure();
        CompletableFuture<Void> polled =
                CompletableFuture.runAsync(() -> poll(FOREVER), Thread::startVirtualThread);
        while (backend.otherWaits.isEmpty() && !polled.isDone()) {
            Thread.onSpinWait();
        }
        assertThat(engine.counters().isHandling()).isFalse();
        assertThat(engine.counters().asleepNanos()).isPositive();
        engine.tasks().wakeup();
        polled.join();
        assertThat(engine.counters().polls()).isEqualTo(1);
    }

    private void pollOnVirtualThread(long timeoutNanos) {
        CompletableFuture.runAsync(() -> poll(timeoutNanos), Thread::startVirtualThread).join();
    }

    private void pollOnVirtualThreadUntilWoken() {
        CompletableFuture<Void> polled =
                CompletableFuture.runAsync(() -> poll(FOREVER), Thread::startVirtualThread);
        while (backend.otherWaits.isEmpty() && !polled.isDone()) {
            Thread.onSpinWait();
        }
        engine.tasks().wakeup();
        polled.join();
    }
}
