package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.CompletionPort;
import dev.sluice.Delay;
import dev.sluice.PortOptions;
import dev.sluice.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Timers end in the order of their times, never too early. */
@Tag("aarch64")
class DelayTest extends ConformanceTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Override
    PortOptions options() {
        return super.options().maxOperations(20_000).maxSockets(16);
    }

    @Test
    void timersEndInTheOrderOfTheirTimesAndNotBefore() {
        Random random = new Random(1);
        List<Delay> timers = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < 50; i++) {
            long delay = random.nextInt(50) * 1_000_000L + i;
            ends.add(begin + delay);
            Delay timer = loop.submit(new Delay(HOUR).attach(begin + delay));
            port.moveDeadline(timer, begin + delay);
            timers.add(timer);
        }
        loop.until("the timers", () -> timers.stream().noneMatch(Delay::isPending));
        Collections.sort(ends);
        List<Event> events = loop.events().all();
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            assertThat(event.status()).isEqualTo(Status.OK);
            assertThat(event.operation().attachment()).as("number %d", i).isEqualTo(ends.get(i));
            assertThat(event.atNanos()).isGreaterThanOrEqualTo(ends.get(i));
        }
    }

    @Test
    void aTimerOfZeroEndsAtTheNextPoll() {
        Delay timer = loop.submit(new Delay(Duration.ZERO));
        assertThat(timer.isPending()).isTrue();
        assertThat(port.poll(0)).isEqualTo(1);
        assertThat(loop.events().statusesOf(timer)).containsExactly(Status.OK);
    }

    @Test
    void aPollThatWaitsForEverIsEndedByATimer() {
        Delay timer = loop.submit(new Delay(Duration.ofMillis(5)));
        int count = 0;
        while (count == 0) {
            count = port.poll(CompletionPort.FOREVER);
        }
        assertThat(timer.isPending()).isFalse();
        loop.submit(timer.delayNanos(0));
        assertThat(port.poll(Long.MAX_VALUE)).isEqualTo(1);
    }

    @Test
    void aPollWaitsForItsWholeTime() {
        long limit = TimeUnit.MILLISECONDS.toNanos(20);
        long begin = System.nanoTime();
        assertThat(port.poll(limit)).isZero();
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(limit);
        loop.submit(new Delay(HOUR));
        begin = System.nanoTime();
        assertThat(port.poll(Duration.ofNanos(limit))).isZero();
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(limit);
    }

    @Test
    void aTimerIsCancelled() {
        Delay first = loop.submit(new Delay(HOUR));
        Delay second = loop.submit(new Delay(HOUR));
        assertThat(port.cancel(first)).isTrue();
        assertThat(loop.await(first).status()).isEqualTo(Status.CANCELLED);
        assertThat(port.cancel(first)).isFalse();
        assertThat(port.cancel(second)).isTrue();
        assertThat(loop.await(second).status()).isEqualTo(Status.CANCELLED);
        assertThat(loop.run(first.delayNanos(1)).status()).isEqualTo(Status.OK);
    }

    @Test
    void aTimerIsMoved() {
        Delay timer = loop.submit(new Delay(HOUR));
        port.moveDeadline(timer, System.nanoTime());
        assertThat(loop.await(timer).status()).isEqualTo(Status.OK);
        loop.submit(timer.delayNanos(1_000_000));
        long later = System.nanoTime() + 20_000_000;
        port.moveDeadline(timer, later);
        assertThat(loop.await(timer).atNanos()).isGreaterThanOrEqualTo(later);
    }

    @Test
    void aTimerStartsAgainInItsHandler() {
        int[] left = {100};
        Delay timer = new Delay(Duration.ofNanos(1));
        timer.onCompletion(over -> {
            if (--left[0] > 0) {
                port.submit(over);
            }
        });
        port.submit(timer);
        loop.until("a hundred times", () -> left[0] == 0);
        assertThat(timer.isPending()).isFalse();
    }

    @Test
    void manyThousandsEndOnceEachSomeOfThemCancelled() {
        Random random = new Random(2);
        List<Delay> timers = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            timers.add(loop.submit(new Delay(Duration.ofNanos(random.nextInt(100_000_000)))));
        }
        Set<Delay> cancelled = new HashSet<>();
        for (int i = 0; i < 20_000; i += 3) {
            if (port.cancel(timers.get(i))) {
                cancelled.add(timers.get(i));
            }
        }
        loop.until("all timers", () -> port.pendingOperations() == 0);
        assertThat(loop.events().all()).hasSize(20_000);
        for (Event event : loop.events().all()) {
            boolean wasCancelled = cancelled.contains(event.operation());
            assertThat(event.status()).isEqualTo(wasCancelled ? Status.CANCELLED : Status.OK);
        }
    }
}
