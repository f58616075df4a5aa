package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.results.Results;
import dev.sluice.bench.results.Samples;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultTableTest {
    private static List<String> lines(int cycles) {
        Results results = Samples.results(List.of(Samples.load(Samples.slices(cycles))));
        return new ResultTable(results, Map.of("nio", "JDK Selector")).lines();
    }

    @Test
    void aRowHasAllFigures() {
        assertThat(lines(8)).anySatisfy(line -> assertThat(line.split(" +", 13)).containsExactly(
                "nio", "10,000", "1.000", "21.0", "40.5", "100", "22,500", "1.500",
                "[1.500-1.500]", "2", "0.25", "JDK", "Selector"));
        assertThat(lines(8)).anySatisfy(line -> assertThat(line).startsWith("c-epoll")
                .endsWith("baseline"));
    }

    @Test
    void linesFitATerminalOf110Columns() {
        assertThat(lines(8)).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(110));
    }

    @Test
    void aRangeOfFewCyclesIsNotSoldAsAnInterval() {
        assertThat(String.join("\n", lines(3))).contains("1.500 (1.500-1.500)", "at least 6");
        assertThat(String.join("\n", lines(8))).doesNotContain("at least 6");
    }

    @Test
    void whatDidNotRunIsToldWithItsReason() {
        assertThat(lines(8)).contains("Not run    c-io_uring: io_uring: refused by seccomp",
                "Note       1000x64 left out");
    }
}
