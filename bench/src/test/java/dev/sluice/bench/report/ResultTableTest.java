package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.results.Results;
import dev.sluice.bench.results.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultTableTest {
    private static List<String> lines(int cycles) {
        Results results = Samples.results(List.of(Samples.load(Samples.slices(cycles))));
        return new ResultTable(results).lines();
    }

    @Test
    void aRowHasAllFigures() {
        assertThat(lines(8)).anySatisfy(line -> assertThat(line.strip().split(" +"))
                .containsExactly("2", "nio", "10,000", "21.0", "40.5", "100", "22,500", "1.500",
                        "[1.500-1.500]", "0.25"));
        assertThat(lines(8)).anySatisfy(line -> assertThat(line).contains("c-epoll",
                "1 (baseline)"));
    }

    @Test
    void theKeyComesBeforeTheTables() {
        List<String> lines = lines(8);
        assertThat(lines.indexOf("How to read the tables")).isPositive();
        assertThat(lines).filteredOn(line -> line.startsWith("64x64: ")).singleElement()
                .satisfies(line -> assertThat(lines.indexOf(line)).isGreaterThan(
                        lines.indexOf("How to read the tables")));
    }

    @Test
    void rowsAreSortedByCpuTimeAndSluiceIsMarkedWithItsWinsAndLosses() {
        Results results = Samples.results(List.of(Samples.rivals()), List.of());
        List<String> lines = new ResultTable(results).lines();
        assertThat(lines).filteredOn(line -> line.matches(" +\\d(-\\d)? [ *] .*"))
                .extracting(line -> line.replaceAll(" +", " ").strip())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("1 nio "),
                        line -> assertThat(line).startsWith("2 * sluice-epoll ")
                                .endsWith("WINS 1, LOSES 1"),
                        line -> assertThat(line).startsWith("3 netty-epoll "));
        assertThat(lines).contains("sluice-epoll LOSES to nio.");
    }

    @Test
    void anIntervalThatIsTooWideIsCalledTooNoisy() {
        Results results = Samples.results(List.of(Samples.noisy()), List.of());
        assertThat(new ResultTable(results).lines())
                .anySatisfy(line -> assertThat(line).contains("nio").contains("too noisy"));
    }

    @Test
    void linesFitATerminalOf110Columns() {
        assertThat(lines(8)).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(110));
    }

    @Test
    void aRangeOfFewCyclesIsNotSoldAsAnInterval() {
        assertThat(String.join("\n", lines(3))).contains("1.500 (1.500-1.500)");
        assertThat(String.join("\n", lines(8))).contains("1.500 [1.500-1.500]");
    }

    @Test
    void whatDidNotRunIsNamedWithItsReason() {
        assertThat(lines(8)).contains("Not run    c-io_uring: io_uring: refused by seccomp",
                "Note       1000x64 left out");
    }
}
