package dev.sluice.bench.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.results.Ties.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class TiesTest {
    private final List<Slice> slices = new ArrayList<>();
    private final SequencedMap<String, Latency> latencies = new LinkedHashMap<>();

    /** A server whose CPU time alternates between the two. */
    private void add(String server, int cycles, long evenMillis, long oddMillis) {
        for (int cycle = 0; cycle < cycles; cycle++) {
            slices.add(
                    Samples.slice(server, cycle, cycle % 2 == 0 ? evenMillis : oddMillis, false));
        }
        latencies.put(server, new Latency(1, 1, 1, 1, List.of()));
    }

    private Map<String, Place> places() {
        return Ties.of(new LoadResult(new Load(1, 64, 1), "", "c-epoll", slices, latencies,
                Map.of()));
    }

    @Test
    void rowsThatDifferInEveryCycleHaveAPlaceEach() {
        add("slow", 8, 30, 60);
        add("c-epoll", 8, 10, 20);
        add("middle", 8, 20, 40);
        assertThat(places()).containsEntry("c-epoll", new Place(1, 1))
                .containsEntry("middle", new Place(2, 2)).containsEntry("slow", new Place(3, 3));
        assertThat(places().get("middle")).hasToString("2");
    }

    @Test
    void rowsWhoseRatioSwingsAroundOneShareTheirPlace() {
        add("c-epoll", 8, 10, 20);
        add("swings", 8, 11, 19);
        add("slow", 8, 30, 60);
        assertThat(places()).containsEntry("c-epoll", new Place(1, 2))
                .containsEntry("swings", new Place(1, 2)).containsEntry("slow", new Place(3, 3));
        assertThat(places().get("swings")).hasToString("1-2");
    }

    @Test
    void fewCyclesTellNothingApart() {
        add("c-epoll", 5, 10, 10);
        add("slow", 5, 99, 99);
        assertThat(places().values()).containsOnly(new Place(1, 2));
    }
}
