package dev.sluice.cli.semantics;

import dev.sluice.Backend;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report as text, for a terminal of 110 columns. The overview and the verdict come last. */
final class ReportText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Report report;
    private final List<String> lines = new ArrayList<>();

    ReportText(Report report) {
        this.report = report;
    }

    List<String> lines() {
        lines.add("How connections end: Sluice closes, a plain java.net.Socket looks on.");
        lines.add(TIME.format(report.time()) + " UTC, " + report.host().kernel() + ", "
                + report.host().architecture() + ", Java " + report.host().java());
        report.rows().forEach(this::addDetails);
        addLegend();
        report.rows().forEach(this::addOverview);
        if (!report.unavailable().isEmpty()) {
            lines.add("");
            report.unavailable().forEach(
                    (backend, cause) -> lines.add("Not shown: " + backend + " " + cause));
        }
        addVerdict();
        return List.copyOf(lines);
    }

    private void addDetails(Backend backend, List<Row> rows) {
        Tables tables = new Tables(rows, Wording.EXACT);
        Map<Ending, Table> details = new EnumMap<>(Ending.class);
        Arrays.stream(Ending.values())
                .forEach(ending -> details.put(ending, tables.details(ending)));
        List<Integer> widths = widest(List.copyOf(details.values()));
        lines.add("");
        lines.add(tables.details(Ending.GRACEFUL).heading(widths));
        details.forEach((ending, table) -> {
            lines.add("");
            lines.add(backend + ", " + Tables.title(ending) + " -- " + ending.how);
            lines.addAll(table.lines(widths));
        });
    }

    private static List<Integer> widest(List<Table> tables) {
        List<Integer> widest = new ArrayList<>(tables.getFirst().widths());
        for (Table table : tables) {
            List<Integer> widths = table.widths();
            for (int i = 0; i < widest.size(); i++) {
                widest.set(i, Math.max(widest.get(i), widths.get(i)));
            }
        }
        return widest;
    }

    private void addLegend() {
        lines.addAll(List.of(
                "",
                "data          how many of the bytes that the system had taken reached the peer,"
                        + " each checked",
                "peer saw      EOF: the end of the stream (FIN); reset: RST; silence: neither"
                        + " within 3 s",
                "EOF, refused  the end of the stream; what the peer sent then was answered by a"
                        + " reset",
                "EOF, reset    the end of the stream by the earlier shutdown, then a reset by the"
                        + " close",
                "CLOSE, took   status of the close's event, and the time from submit to event",
                "TIME_WAIT     the side that keeps the pair of ports for a while: here is the side"
                        + " that closed",
                "also seen     how operations ended that were pending, and bytes that were thrown"
                        + " away",
                "*             decided by the system: shown, not promised"
                        + (hasDifferences() ? "" : ". Nothing differs from what is expected.")));
        if (hasDifferences()) {
            lines.add("(!)           not as expected:");
            report.rows().forEach((backend, rows) -> new Tables(rows, Wording.EXACT).differences()
                    .forEach(line -> lines.add("  " + backend + ", " + line)));
        }
    }

    private boolean hasDifferences() {
        return report.allRows().anyMatch(row -> !row.differences().isEmpty());
    }

    private void addOverview(Backend backend, List<Row> rows) {
        Table table = new Tables(rows, Wording.EXACT).overview();
        lines.add("");
        lines.add("What the peer saw at the end, with " + report.title(backend));
        List<Integer> widths = table.widths();
        lines.add(table.heading(widths));
        lines.addAll(table.lines(widths));
    }

    private void addVerdict() {
        long promised = report.allRows()
                .filter(row -> row.scenario().expected().basis() == Basis.CONTRACT).count();
        long broken = report.allRows().filter(Row::breaksContract).count();
        lines.add("");
        lines.add(broken == 0
                ? "The contract holds in " + promised + " of " + promised
                        + " promised endings: graceful was seen as EOF, abort as reset."
                : "THE CONTRACT IS BROKEN in " + broken + (broken == 1 ? " ending" : " endings")
                        + ": see (!) above.");
    }
}
