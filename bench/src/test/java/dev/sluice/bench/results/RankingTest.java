package dev.sluice.bench.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.results.Ranking.Rank;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class RankingTest {
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

    private Map<String, Rank> ranks() {
        return Ranking.of(new LoadResult(new Load(1, 64, 1), "", "c-epoll", slices, latencies,
                Map.of()));
    }

    @Test
    void rowsThatDifferInEveryCycleHaveAPlaceEach() {
        add("slow", 8, 30, 60);
        add("c-epoll", 8, 10, 20);
        add("middle", 8, 20, 40);
        assertThat(ranks()).containsEntry("c-epoll", new Rank(1, 1))
                .containsEntry("middle", new Rank(2, 2)).containsEntry("slow", new Rank(3, 3));
        assertThat(ranks().get("middle")).hasToString("2");
    }

    @Test
    void rowsWhoseRatioSwingsAroundOneShareTheirPlace() {
        add("c-epoll", 8, 10, 20);
        add("swings", 8, 11, 19);
        add("slow", 8, 30, 60);
        assertThat(ranks()).containsEntry("c-epoll", new Rank(1, 2))
                .containsEntry("swings", new Rank(1, 2)).containsEntry("slow", new Rank(3, 3));
        assertThat(ranks().get("swings")).hasToString("1-2");
    }

    @Test
    void fewCyclesTellNothingApart() {
        add("c-epoll", 5, 10, 10);
        add("slow", 5, 99, 99);
        assertThat(ranks().values()).containsOnly(new Rank(1, 2));
    }
}
