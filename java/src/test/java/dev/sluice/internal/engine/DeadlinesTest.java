package dev.sluice.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinesTest {
    private final Deadlines heap = new Deadlines();

    private static Request at(long deadlineNanos) {
        Request request = new Request(RequestKind.DELAY, "test");
        request.state = Request.State.WAITING;
        request.deadlineNanos(deadlineNanos);
        return request;
    }

    @Test
    void anEmptyHeapHasNoDeadline() {
        assertThat(heap.isEmpty()).isTrue();
        assertThat(heap.earliestNanos()).isEqualTo(Request.NO_DEADLINE);
        assertThat(heap.pollExpired(Long.MAX_VALUE / 2)).isNull();
    }

    @Test
    void aDeadlineIsOverAtItsVeryNanosecond() {
        Request request = at(100);
        heap.add(request);
        assertThat(heap.pollExpired(99)).isNull();
        assertThat(heap.pollExpired(100)).isSameAs(request);
        assertThat(request.timerIndex()).isNegative();
    }

    @Test
    void removingWhatIsNotInItChangesNothing() {
        heap.add(at(1));
        heap.remove(at(2));
        assertThat(heap.earliestNanos()).isEqualTo(1);
    }

    /** System.nanoTime may be negative and may pass its greatest value; only differences count. */
    @Test
    void clockMayPassItsGreatestValue() {
        long now = Long.MAX_VALUE - 5;
        Request before = at(now + 1);
        Request after = at(now + 10);
        heap.add(after);
        heap.add(before);
        assertThat(heap.pollExpired(now)).isNull();
        assertThat(heap.pollExpired(now + 10)).isSameAs(before);
        assertThat(heap.pollExpired(now + 9)).isNull();
        assertThat(heap.pollExpired(now + 10)).isSameAs(after);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithASortedListWhateverIsAddedRemovedAndMoved(long seed) {
        Random random = new Random(seed);
        List<Request> model = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            int what = random.nextInt(100);
            if (model.isEmpty() || what < 45) {
                Request added = at(random.nextInt(1000));
                heap.add(added);
                model.add(added);
            } else if (what < 65) {
                heap.remove(model.remove(random.nextInt(model.size())));
            } else if (what < 85) {
                Request moved = model.get(random.nextInt(model.size()));
                heap.reschedule(moved, random.nextInt(1000));
            } else {
                expireAsTheModel(model, random.nextInt(300));
            }
            assertThat(heap.earliestNanos()).isEqualTo(earliest(model));
        }
        expireAsTheModel(model, 1000);
        assertThat(heap.isEmpty()).isTrue();
        assertThat(model).isEmpty();
    }

    private void expireAsTheModel(List<Request> model, long nowNanos) {
        long previous = Long.MIN_VALUE;
        Request request = heap.pollExpired(nowNanos);
        while (request != null) {
            assertThat(request.deadlineNanos()).isBetween(previous, nowNanos);
            assertThat(model.remove(request)).isTrue();
            assertThat(request.timerIndex()).isNegative();
            previous = request.deadlineNanos();
            request = heap.pollExpired(nowNanos);
        }
        assertThat(earliest(model)).isGreaterThan(nowNanos);
    }

    private static long earliest(List<Request> model) {
        long earliest = Request.NO_DEADLINE;
        for (Request request : model) {
            earliest = Math.min(earliest, request.deadlineNanos());
        }
        return earliest;
    }
}
