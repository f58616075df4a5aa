package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.results.Samples;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import dev.sluice.bench.results.Section.Row;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SectionTableTest {
    private static final List<Double> LESS = Collections.nCopies(8, 50.0);
    private static final List<Double> MORE = Collections.nCopies(8, 100.0);

    @Test
    void aRatioIsToTheBaselineAndMarkedWhereItProvesNothing() {
        assertThat(new SectionTable(Samples.section()).lines()).anySatisfy(line -> assertThat(line)
                .matches("nio +1,350 +x0\\.900= +12\\.5"))
                .anySatisfy(line -> assertThat(line).matches("c-epoll +1,500 +-"))
                .anySatisfy(
                        line -> assertThat(line).startsWith("= cannot be told apart from c-epoll"))
                .contains("few ports were free");
    }

    @Test
    void aRatioOfManyValuesOnOneSideIsNotMarked() {
        Section section = new Section("load", "title", "", "base",
                List.of(new Column("time", "ns", Better.LESS)),
                List.of(new Row("one", List.of(LESS)), new Row("base", List.of(MORE))), List.of());
        assertThat(new SectionTable(section).lines())
                .anySatisfy(line -> assertThat(line).matches("one +50\\.0 +x0\\.500"))
                .noneMatch(line -> line.contains("="));
    }

    @Test
    void rowsAreSortedByCpuTimeAndSluiceIsMarkedWithItsWinsAndLosses() {
        Section section = new Section("load", "title", "", "nio",
                List.of(new Column("CPU", "ns", Better.LESS)),
                List.of(new Row("nio", List.of(MORE)), new Row("sluice-epoll", List.of(LESS))),
                List.of());
        List<String> lines = new SectionTable(section).lines();
        assertThat(lines).filteredOn(line -> line.contains("0.0") || line.contains("100"))
                .satisfiesExactly(line -> assertThat(line).startsWith("* sluice-epoll"),
                        line -> assertThat(line).startsWith("nio"));
        assertThat(lines).contains("sluice-epoll WINS against nio.");
    }

    @Test
    void columnsThatDoNotFitComeBelow() {
        List<Column> columns = IntStream.range(0, 12)
                .mapToObj(i -> new Column("figure number " + i, "ns", Better.LESS)).toList();
        Section section = new Section("load", "title", "", "", columns,
                List.of(new Row("row", Collections.nCopies(12, LESS))), List.of());
        List<String> lines = new SectionTable(section).lines();
        assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(110));
        assertThat(String.join("\n", lines)).contains("figure number 0", "figure number 11");
    }
}
