package dev.sluice.cli.semantics;

import dev.sluice.Backend;
import java.util.ArrayList;
import java.util.List;

/** What the peer saw: a row for each ending in each situation, a column for each backend. */
final class SideBySide {
    private final Report report;

    SideBySide(Report report) {
        this.report = report;
    }

    Table table() {
        List<String> titles = new ArrayList<>(List.of("ending", "situation"));
        report.rows().keySet().forEach(backend -> titles.add(backend.toString()));
        Table table = new Table(titles);
        for (Scenario scenario : Catalogue.all()) {
            List<String> cells = new ArrayList<>(
                    List.of(Tables.title(scenario.ending()), scenario.situation().title));
            for (Backend backend : report.rows().keySet()) {
                cells.add(seen(backend, scenario));
            }
            table.add(cells);
        }
        return table;
    }

    private String seen(Backend backend, Scenario scenario) {
        return report.rows().getOrDefault(backend, List.of()).stream()
                .filter(row -> row.scenario().ending() == scenario.ending()
                        && row.scenario().situation() == scenario.situation())
                .map(row -> row.seen().peerEnd().text
                        + (row.differsIn(Column.PEER) ? Tables.DIFFERENCE_MARK : ""))
                .findFirst().orElse("");
    }
}
