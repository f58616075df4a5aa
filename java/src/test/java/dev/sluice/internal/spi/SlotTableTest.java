package dev.sluice.internal.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotTableTest {
    private static Request request() {
        return new Request(RequestKind.DELAY, "test");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 200, 3000})
    void holdsAsManyAsItsLimitAndNoMore(int limit) {
        SlotTable table = new SlotTable(limit);
        List<Request> held = new ArrayList<>();
        for (int i = 0; i < limit; i++) {
            Request request = request();
            assertThat(table.claim(request)).isTrue();
            held.add(request);
        }
        Request refused = request();
        assertThat(table.claim(refused)).isFalse();
        assertThat(refused.slot).isEqualTo(-1);
        assertThat(table.count()).isEqualTo(limit);
        table.release(held.getFirst());
        assertThat(table.claim(refused)).isTrue();
        assertThat(table.count()).isEqualTo(limit);
    }

    @Test
    void takesBackAsManyAsItGaveOut() {
        SlotTable table = new SlotTable(3000);
        for (int round = 0; round < 2; round++) {
            List<Request> held = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                Request request = request();
                assertThat(table.claim(request)).isTrue();
                held.add(request);
            }
            held.forEach(table::release);
            assertThat(table.count()).isZero();
        }
    }

    @Test
    void anOldTokenFindsNothingAlsoWhenItsSlotIsUsedAgain() {
        SlotTable table = new SlotTable(4);
        Request first = request();
        table.claim(first);
        long old = table.token(first);
        assertThat(table.find(old)).isSameAs(first);
        table.release(first);
        assertThat(table.find(old)).isNull();
        Request second = request();
        table.claim(second);
        assertThat(second.slot).isZero();
        assertThat(table.find(old)).isNull();
        assertThat(table.find(table.token(second))).isSameAs(second);
    }

    @Test
    void aTokenThatNobodyGaveOutFindsNothing() {
        SlotTable table = new SlotTable(4);
        table.claim(request());
        for (long token : new long[]{-1, 1, 3, 1L << 32, Long.MIN_VALUE, Long.MAX_VALUE, 1 << 31}) {
            assertThat(table.find(token)).isNull();
        }
    }

    /** Generations are kept in 31 bits, so that a token is never negative: it must not wrap wrong. */
    @Test
    void oneSlotIsUsedAgainManyTimesWithoutARepeatedToken() {
        SlotTable table = new SlotTable(1);
        Request request = request();
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            table.claim(request);
            assertThat(seen.add(table.token(request))).isTrue();
            table.release(request);
        }
    }

    @Test
    void agreesWithAMapWhateverIsClaimedAndReleased() {
        SlotTable table = new SlotTable(150);
        Map<Long, Request> model = new HashMap<>();
        List<Long> gone = new ArrayList<>();
        Random random = new Random(5);
        for (int step = 0; step < 5000; step++) {
            if (random.nextInt(100) < 55) {
                Request request = request();
                assertThat(table.claim(request)).isEqualTo(model.size() < 150);
                if (request.slot >= 0) {
                    model.put(table.token(request), request);
                }
            } else if (!model.isEmpty()) {
                Long token = model.keySet().stream().skip(random.nextInt(model.size())).findFirst()
                        .orElseThrow();
                table.release(model.remove(token));
                gone.add(token);
            }
            assertThat(table.count()).isEqualTo(model.size());
        }
        model.forEach((token, request) -> assertThat(table.find(token)).isSameAs(request));
        gone.forEach(token -> assertThat(table.find(token)).isNull());
        long listed = 0;
        for (int slot = 0; slot < table.end(); slot++) {
            listed += table.at(slot) == null ? 0 : 1;
        }
        assertThat(listed).isEqualTo(model.size());
    }
}
