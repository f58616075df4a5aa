package dev.sluice.cli.semantics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The tables of one backend. */
final class Tables {
    /** What the system decides. */
    static final String SYSTEM_MARK = " *";

    /** What differs from the expectation. */
    static final String DIFFERENCE_MARK = " (!)";

    private final List<Row> rows;
    private final Wording wording;

    Tables(List<Row> rows, Wording wording) {
        this.rows = rows;
        this.wording = wording;
    }

    /** What the peer saw: a row for each ending, a column for each common situation. */
    Table overview() {
        List<String> titles = new ArrayList<>(List.of(""));
        Situation.COMMON.forEach(situation -> titles.add(situation.title));
        Table table = new Table(titles);
        for (Ending ending : Ending.values()) {
            List<String> cells = new ArrayList<>(List.of(title(ending)));
            for (Situation situation : Situation.COMMON) {
                cells.add(rows.stream()
                        .filter(row -> row.scenario().ending() == ending
                                && row.scenario().situation() == situation)
                        .map(row -> cell(row, Column.PEER))
                        .findFirst().orElse(""));
            }
            table.add(cells);
        }
        return table;
    }

    static String title(Ending ending) {
        return ending.title + (ending.basis == Basis.SYSTEM ? SYSTEM_MARK : "");
    }

    /** Everything that was seen of one ending. */
    Table details(Ending ending) {
        Table table = new Table(Arrays.stream(Column.values()).map(one -> one.title).toList());
        rows.stream().filter(row -> row.scenario().ending() == ending)
                .map(row -> Arrays.stream(Column.values()).map(column -> cell(row, column))
                        .toList())
                .forEach(table::add);
        return table;
    }

    private String cell(Row row, Column column) {
        String text = column == Column.SITUATION
                ? row.scenario().situation().title
                : column.text(row.seen(), wording);
        boolean isMarked = column == Column.PEER && row.scenario().isSystemsException();
        return (text + (isMarked ? SYSTEM_MARK : "")
                + (row.differsIn(column) ? DIFFERENCE_MARK : "")).strip();
    }

    /** A line for each difference. */
    Stream<String> differences() {
        return rows.stream().flatMap(row -> row.differences().stream()
                .map(difference -> row.scenario() + ": " + difference
                        + (difference.breaksContract() ? "; this breaks the contract" : "")));
    }
}
