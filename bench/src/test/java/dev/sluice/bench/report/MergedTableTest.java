package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.results.LoadResult;
import dev.sluice.bench.results.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergedTableTest {
    private static Run run(String label, LoadResult load) {
        return new Run(label, Samples.results(List.of(load)));
    }

    private static List<String> lines(int width, Run... runs) {
        return new MergedTable(List.of(runs), width).lines();
    }

    private static List<String> words(String line) {
        return List.of(line.strip().split(" {2,}"));
    }

    private static Run two() {
        return run("server", Samples.load(Samples.slices(8)));
    }

    @Test
    void runsStandSideBySideWithTheirRatioToTheirOwnBaseline() {
        List<String> lines = lines(110, run("laptop", Samples.rivals()), two());
        assertThat(lines).anySatisfy(line -> assertThat(words(line))
                .containsExactly("1 laptop", "2 server"));
        assertThat(lines).anySatisfy(line -> assertThat(words(line)).containsExactly("nio",
                "10,000", "1 (baseline)", "10,000", "22,500", "1.500 [1.500-1.500]", "10,000"));
        assertThat(lines).anySatisfy(line -> assertThat(words(line)).containsExactly(
                "* sluice-epoll", "20,000", "2.000 [2.000-2.000]", "10,000", "-", "-", "-"));
        assertThat(lines).anySatisfy(line -> assertThat(words(line)).containsExactly("c-epoll",
                "-", "-", "-", "15,000", "1 (baseline)", "10,000"));
    }

    @Test
    void runsThatDoNotFitTheWidthStandBelow() {
        List<String> wide = lines(110, two(), two());
        List<String> narrow = lines(60, two(), two());
        assertThat(wide).filteredOn(line -> line.contains("ratio [95%]")).hasSize(1);
        assertThat(narrow).filteredOn(line -> line.contains("ratio [95%]")).hasSize(2);
        assertThat(wide).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(110));
        assertThat(narrow).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(60));
    }

    @Test
    void sectionsHaveAColumnForEachRun() {
        List<String> lines = lines(110, two(), two());
        assertThat(lines).anySatisfy(line -> assertThat(words(line)).containsExactly(
                "connections", "connections", "heap", "heap"));
        assertThat(lines)
                .filteredOn(line -> line.strip().startsWith("nio") && line.contains("12.5"))
                .singleElement().satisfies(line -> assertThat(words(line)).containsExactly("nio",
                        "1,350", "x0.900=", "1,350", "x0.900=", "12.5", "12.5"));
    }

    @Test
    void theRunsAndTheKeyComeFirst() {
        List<String> lines = lines(110, two(), two());
        assertThat(lines.getFirst()).startsWith("Run 1    server: A processor; 2 processors");
        assertThat(lines).contains("Not run  c-io_uring in run 2: io_uring: refused by seccomp");
        assertThat(lines.indexOf("How to read the tables")).isPositive()
                .isLessThan(lines.indexOf("64x64: " + two().results().loads().getFirst().load()
                        .description()));
    }

    @Test
    void oneRunIsShownAsCompareShowsIt() {
        assertThat(lines(110, two())).isEqualTo(new ResultTable(two().results()).lines());
    }
}
