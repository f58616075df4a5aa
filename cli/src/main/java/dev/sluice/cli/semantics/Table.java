package dev.sluice.cli.semantics;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of cells, as aligned text or as Markdown. */
final class Table {
    private final List<String> titles;
    private final List<List<String>> rows = new ArrayList<>();

    Table(List<String> titles) {
        this.titles = List.copyOf(titles);
    }

    void add(List<String> cells) {
        if (cells.size() != titles.size()) {
            throw new IllegalArgumentException(cells.size() + " cells in a row of "
                    + titles.size());
        }
        rows.add(List.copyOf(cells));
    }

    /** How wide each column has to be. */
    List<Integer> widths() {
        return IntStream.range(0, titles.size())
                .map(column -> IntStream.concat(IntStream.of(titles.get(column).length()),
                        rows.stream().mapToInt(row -> row.get(column).length())).max().orElse(0))
                .boxed().toList();
    }

    String heading(List<Integer> widths) {
        return line(titles, widths);
    }

    List<String> lines(List<Integer> widths) {
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            line.append(cells.get(i)).append(" ".repeat(widths.get(i) - cells.get(i).length() + 2));
        }
        return line.toString().stripTrailing();
    }

    String markdown() {
        List<List<String>> all = new ArrayList<>();
        all.add(titles);
        all.add(titles.stream().map(title -> "---").toList());
        all.addAll(rows);
        return all.stream().map(Table::markdown).collect(Collectors.joining("\n"));
    }

    private static String markdown(List<String> cells) {
        return cells.stream()
                .map(cell -> cell.replace("|", "\\|").replace("*", "\\*"))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }
}
