package dev.sluice.cli.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.sluice.Backend;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Scenario GRACEFUL = Samples.scenario(Ending.GRACEFUL, Situation.QUIET);
    private static final Scenario LINGER =
            Samples.scenario(Ending.LINGER_1, Situation.RECEIVING);

    private final Report good = Samples.report(Samples.rows(GRACEFUL, PeerEnd.EOF));
    private final Report bad = Samples.report(Samples.rows(GRACEFUL, PeerEnd.RESET));

    @Test
    void aGracefulCloseSeenAsAResetBreaksTheContractAndIsMarked() {
        assertThat(bad.breaksContract()).isTrue();
        List<String> lines = new ReportText(bad).lines();
        assertThat(lines)
                .contains("  epoll, graceful, all quiet: peer saw: expected EOF, saw reset;"
                        + " this breaks the contract");
        assertThat(lines).anySatisfy(line -> assertThat(line).startsWith("all quiet")
                .contains("reset (!)"));
        assertThat(lines.getLast()).startsWith("THE CONTRACT IS BROKEN in 1 ending:");
    }

    @Test
    void nothingIsMarkedWhenAllIsAsExpected() {
        assertThat(good.breaksContract()).isFalse();
        List<String> lines = new ReportText(good).lines();
        assertThat(lines).noneSatisfy(line -> assertThat(line).contains("(!)"));
        assertThat(lines.getLast()).startsWith("The contract holds in ");
    }

    @Test
    void whatTheSystemDecidesIsMarkedButBreaksNothing() {
        Report odd = Samples.report(Samples.rows(LINGER, PeerEnd.RESET));
        assertThat(odd.breaksContract()).isFalse();
        assertThat(String.join("\n", new ReportText(odd).lines()))
                .contains("linger 1 s, receive pending: peer saw: expected EOF, saw reset\n");
    }

    @Test
    void linesFitATerminalOf110Columns() {
        for (Report report : List.of(good, bad)) {
            assertThat(new ReportText(report).lines())
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(110));
        }
    }

    @Test
    void thePageHasTheTablesAndNoPlaceholderLeft() {
        String page = new ReportMarkdown(good).text();
        assertThat(page).doesNotContain("{{").contains("on 2026-01-02",
                "| graceful | EOF | EOF | EOF | EOF | EOF | EOF |", "### epoll: linger 1 s",
                "Backends: epoll (iocp needs Windows).");
    }

    @Test
    void thePageDoesNotChangeFromRunToRun() {
        assertThat(new ReportMarkdown(good).text()).isEqualTo(new ReportMarkdown(good).text())
                .doesNotContain(" ms |");
    }

    @Test
    void jsonHasAVersionAndEveryEnding() throws Exception {
        var json = JSON.std.mapFrom(ReportJson.of(bad));
        assertThat(json).containsEntry("schemaVersion", ReportJson.SCHEMA_VERSION)
                .containsEntry("contractHolds", false).containsKeys("time", "kernel", "backends");
        String text = ReportJson.of(bad);
        assertThat(text.split("\"situation\"", -1)).hasSize(Catalogue.all().size() + 1);
        assertThat(text).contains("\"breaksContract\" : true");
    }

    @Test
    void whatAnotherMachineSawIsReadBackAndShownBesideOurs() throws Exception {
        Report windows = Samples.report(Backend.IOCP, Samples.rows(GRACEFUL, PeerEnd.RESET));
        RecordedReport other = RecordedReport.of(ReportJson.of(windows));
        assertThat(other.rows().get(Backend.IOCP)).hasSameSizeAs(Catalogue.all())
                .extracting(Row::seen)
                .isEqualTo(windows.rows().get(Backend.IOCP).stream().map(Row::seen).toList());
        Report both = good.with(other);
        assertThat(both.breaksContract()).as("also by the other's").isTrue();
        assertThat(both.unavailable()).isEmpty();
        String page = new ReportMarkdown(both).text();
        assertThat(page).contains("| ending | situation | epoll | iocp |",
                "| graceful | all quiet | EOF | reset (!) |", "With **iocp**, on ",
                "### iocp: abort");
        assertThat(ReportJson.of(both)).as("our own alone").doesNotContain("\"iocp\"");
    }

    @Test
    void aBackendThatWorksHereIsNotTakenFromElsewhere() throws Exception {
        RecordedReport other = RecordedReport.of(ReportJson.of(bad));
        assertThat(good.with(other)).isEqualTo(good);
    }

    @Test
    void aFileOfAnotherSchemaIsRefused() {
        assertThatThrownBy(() -> RecordedReport.of("{\"schemaVersion\": 1}"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("version 1");
    }
}
