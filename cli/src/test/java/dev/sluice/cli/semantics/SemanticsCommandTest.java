package dev.sluice.cli.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.sluice.Capabilities;
import dev.sluice.testing.Document;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The endings, done for real on every backend that works here. */
class SemanticsCommandTest {
    @TempDir
    private Path folder;

    @Test
    void gracefulIsSeenAsTheEndAndAbortAsAReset() throws Exception {
        long backends = Capabilities.report().stream().filter(Capabilities.Support::available)
                .count();
        assumeThat(backends).as("backends that work here").isPositive();
        StringWriter out = new StringWriter();
        Path page = folder.resolve("page.md");
        Path figures = folder.resolve("figures.json");
        int exitCode = new CommandLine(new SemanticsCommand()).setOut(new PrintWriter(out))
                .execute("--markdown", page.toString(), "--json", figures.toString());
        assertThat(exitCode).as(out.toString()).isZero();
        assertThat(out.toString()).contains("The contract holds", "Written: " + page);
        assertThat(out.toString().lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(110));
        assertThat(page).content().contains("### ").doesNotContain("{{");
        List<Map<String, Object>> endings = endings(JSON.std.mapFrom(Files.readString(figures)));
        assertThat(endings).hasSize((int) backends * Catalogue.all().size());
        assertThat(endings).filteredOn(one -> one.get("ending").equals("abort"))
                .allSatisfy(one -> assertThat((String) one.get("peerSaw")).endsWith("reset"));
        assertThat(endings).filteredOn(one -> one.get("situation").equals("all quiet"))
                .filteredOn(one -> one.get("ending").equals("graceful"))
                .hasSize((int) backends).allSatisfy(one -> assertThat(one)
                        .containsEntry("peerSaw", "EOF").containsEntry("bytesArrived", 12)
                        .containsEntry("closeStatus", "OK"));
    }

    @SuppressWarnings("unchecked") // The shape of the file is what is tested.
    private static List<Map<String, Object>> endings(Map<String, Object> json) {
        return ((List<Map<String, Object>>) json.get("backends")).stream()
                .flatMap(one -> ((List<Map<String, Object>>) one.get("endings")).stream())
                .toList();
    }

    @Test
    void thePageInTheRepositoryHasTheWordsOfTheTemplate() throws Exception {
        String home = System.getProperty("sluice.home");
        assumeThat(home).as("the folder of the repository (sluice.home)").isNotNull();
        String page = Document.read(Path.of(home, "docs", "semantics.md"));
        for (String paragraph : Document.withPlainLineEnds(ReportMarkdown.template()).split("\n\n",
                -1)) {
            if (!paragraph.contains("{{")) {
                assertThat(page)
                        .as("regenerate it: ./sluice semantics --markdown docs/semantics.md")
                        .contains(paragraph.strip());
            }
        }
        for (Scenario scenario : Catalogue.all()) {
            assertThat(page).contains("| " + scenario.situation().title + " | ");
        }
    }
}
