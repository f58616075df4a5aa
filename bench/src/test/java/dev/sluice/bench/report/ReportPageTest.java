package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.results.Results;
import dev.sluice.bench.results.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {
    @TempDir
    Path folder;

    private final Results results = Samples.results(List.of(Samples.load(Samples.slices(8))));

    /** Drawing text takes the fonts of the system. */
    @BeforeAll
    static void needFonts() {
        assumeTrue(hasFonts(), "Java finds no fonts here (Debian: fontconfig, fonts-dejavu-core)");
    }

    static boolean hasFonts() {
        try {
            ReportPage.requireFonts();
            return true;
        } catch (BenchException e) {
            return false;
        }
    }

    private String page(Run... runs) throws IOException {
        Path file = folder.resolve("report.html");
        ReportPage.write(List.of(runs), Map.of("nio", "JDK <Selector>"), file);
        return Files.readString(file);
    }

    @Test
    void thePageHasEnvironmentFiguresTablesAndPlots() throws IOException {
        assertThat(page(new Run("", results))).contains("A processor", "Linux 6.18", "abc1234",
                "22,500", "1.500 [1.500-1.500]", ">64x64</h2>", ">churn</h2>", "60%",
                "io_uring: refused by seccomp", "1000x64 left out")
                .containsPattern("aria-label=\"64x64: latency[^\"]*\"")
                .containsPattern("aria-label=\"churn: heap[^\"]*\"");
    }

    /** As loudly as a win: a badge of the same size, and the rivals by their names. */
    @Test
    void aLossHasABadgeAndALineWithItsRivals() throws IOException {
        String page = page(new Run("", Samples.results(List.of(Samples.rivals()))));
        assertThat(page).contains("<span class=\"win\" title=\"netty-epoll\">wins 1</span>"
                + "<span class=\"lose\" title=\"nio\">loses 1</span>",
                "<strong>sluice-epoll</strong> loses to nio.");
    }

    @Test
    void thePageLoadsNothing() throws IOException {
        String page = page(new Run("", results));
        assertThat(page).doesNotContain("<script", "<link", "<img", "@import")
                .doesNotContainPattern("(src|href)=(?!\"#)").doesNotContainPattern("url\\((?!#)");
    }

    /** The boxes come with the page's style, so that no script is needed. */
    @Test
    void aPlotOfLinesShowsAtMostSixAndLetsTheReaderChoose() throws IOException {
        List<String> servers = List.of("c-epoll", "jdk-virtual", "sluice-net-epoll", "nio2",
                "sluice-epoll", "sluice-io_uring", "nio", "netty-epoll", "netty-io_uring");
        String page = page(new Run("", Samples.results(List.of(Samples.crowded(servers)))));
        assertThat(page.split("<input type=\"checkbox\"", -1)).hasSize(servers.size() + 1);
        assertThat(page.split("\" checked>", -1)).hasSize(6 + 1);
        assertThat(page).containsPattern("checked><label for=\"c1-\\d\"><i [^>]*></i>nio</label>")
                .contains("figure:has(input[value=\"--sluice-0\"]:not(:checked))");
    }

    @Test
    void rowsOfSluiceAreMarkedWithTheirWinsAndLosses() throws IOException {
        String page = page(new Run("", Samples.results(List.of(Samples.rivals()))));
        assertThat(page).contains("<tr class=\"sluice\">",
                "<span class=\"win\" title=\"netty-epoll\">wins 1</span>",
                "<span class=\"lose\" title=\"nio\">loses 1</span>");
        assertThat(page.indexOf("How to read this page")).isLessThan(page.indexOf("<table"));
    }

    @Test
    void wordsFromElsewhereAreNoMarkup() throws IOException {
        assertThat(page(new Run("", results))).contains("JDK &lt;Selector&gt;")
                .doesNotContain("<Selector>");
    }

    @Test
    void colorsOfPlotsAreTheSchemesAlone() throws IOException {
        String page = page(new Run("", results));
        assertThat(page).contains("prefers-color-scheme:dark", "var(--jdk-0)", "var(--text)");
        assertThat(page.substring(page.indexOf("<body>"))).doesNotContainPattern("rgb\\(");
    }

    @Test
    void severalRunsStandSideBySide() throws IOException {
        String page = page(new Run("one machine", results), new Run("another", results));
        assertThat(page).contains("Side by side", "<td>22,500 ns", "one machine", "another",
                "<h3>churn</h3>", "<br>run 2");
    }

    @Test
    void theContentsNameEveryHeading() throws IOException {
        String page = page(new Run("", results));
        assertThat(page).contains("<a href=\"#h1\">64x64</a> <a href=\"#h2\">churn</a>",
                "<h2 id=\"h1\">64x64</h2>", "<h2 id=\"h2\">churn</h2>");
    }

    @Test
    void theBaselineOfASectionIsNamedInItsTable() throws IOException {
        Results crowded = Samples.results(List.of(),
                Samples.crowdedSections(List.of("c-epoll", "nio")));
        assertThat(page(new Run("", crowded)))
                .contains("12,678 <small>baseline</small>", "<small>\u00d71.000 ");
    }

    /** The chart library never ends where a label leaves no room or two are the same. */
    @Test
    void rowsOfVeryLongNamesAreDrawn() throws IOException {
        List<RowChart.Row> rows = IntStream.range(0, 30)
                .mapToObj(i -> LoadCharts.bar("a very long name ".repeat(20) + i, i,
                        ReportColor.JDK_0))
                .toList();
        for (int count = 1; count <= rows.size(); count++) {
            Chart bars = new RowChart("bars", "axis", rows.subList(0, count), Double.NaN);
            Chart points = new RowChart("points", "axis", rows.subList(0, count), 1);
            assertTimeoutPreemptively(Duration.ofMinutes(5), () -> {
                assertThat(new Svg().inline(bars)).contains("<path");
                assertThat(new Svg().inline(points)).contains("<path");
            });
        }
    }

    @Test
    void plotsAreWrittenForOtherPages() throws IOException {
        List<Path> files = ReportPage.writePlots(results, folder.resolve("plots"));
        assertThat(files).allSatisfy(file -> assertThat(file).isNotEmptyFile());
        assertThat(files).extracting(file -> file.getFileName().toString())
                .contains("64x64-CPU-time.svg", "64x64-CPU-time.png", "64x64-latency-in-us.svg");
        assertThat(folder.resolve("plots/64x64-latency-in-us.svg")).content()
                .startsWith("<svg ").contains("<style>", "xmlns=");
    }
}
