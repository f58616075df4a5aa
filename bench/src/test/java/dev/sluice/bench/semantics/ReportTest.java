package dev.sluice.bench.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
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
}
