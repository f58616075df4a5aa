package dev.sluice.bench.results;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Figures that are not those of an echo load: a row for each thing measured, a column for each
 * figure, and in each cell the values of all cycles.
 *
 * @param name its name in the command line
 * @param title in words
 * @param placement which processors were used, in words
 * @param baseline the row that ratios refer to; empty if there is none
 * @param columns the figures
 * @param rows the things measured
 * @param notes what else the reader must know
 */
public record Section(String name, String title, String placement, String baseline,
        List<Column> columns, List<Row> rows, List<String> notes) {
    /** Whether a smaller or a larger figure is better. */
    public enum Better {
        LESS, MORE
    }

    /**
     * A figure.
     *
     * @param name in a word or two
     * @param unit such as ns; empty for a plain number
     * @param better the direction that is better
     */
    public record Column(String name, String unit, Better better) {}

    /**
     * What was measured.
     *
     * @param name such as a server's
     * @param cells the values by cycle for each column; none if it was not measured
     */
    public record Row(String name, List<List<Double>> cells) {}

    /** Returns the median of a cell with its interval; empty if nothing was measured. */
    public Optional<Interval> figure(Row row, int column) {
        List<Double> values = row.cells().get(column);
        return values.isEmpty()
                ? Optional.empty()
                : Optional.of(Interval.ofMedian(
                        values.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    /**
     * Returns the ratio to the baseline within the cycles; empty for the baseline, or without one.
     */
    public Optional<Interval> ratio(Row row, int column) {
        return rows.stream()
                .filter(other -> other.name().equals(baseline) && !row.name().equals(baseline))
                .findFirst()
                .flatMap(other -> ratio(row, other, column));
    }

    /**
     * Returns the ratio to another row within the cycles; empty if one of them was not measured.
     */
    public Optional<Interval> ratio(Row row, Row other, int column) {
        return ratio(row.cells().get(column), other.cells().get(column));
    }

    /** Returns the row of that name. */
    Row row(String rowName) {
        return rows.stream().filter(row -> row.name().equals(rowName)).findFirst().orElseThrow();
    }

    /** Returns the column of the CPU time, by which rows are sorted. */
    public OptionalInt cpuColumn() {
        return IntStream.range(0, columns.size())
                .filter(index -> columns.get(index).name().equals("CPU")).findFirst();
    }

    /**
     * Returns the rows, the least CPU time first; in their own order if no column is the CPU time.
     */
    public List<Row> byCpu() {
        OptionalInt cpu = cpuColumn();
        return cpu.isEmpty()
                ? rows
                : rows.stream().sorted(Comparator.comparingDouble(row -> figure(row, cpu.getAsInt())
                        .map(Interval::median).orElse(Double.MAX_VALUE))).toList();
    }

    private static Optional<Interval> ratio(List<Double> values, List<Double> baseline) {
        int cycles = Math.min(values.size(), baseline.size());
        double[] ratios = new double[cycles];
        for (int i = 0; i < cycles; i++) {
            if (baseline.get(i) == 0) {
                return Optional.empty();
            }
            ratios[i] = values.get(i) / baseline.get(i);
        }
        return cycles == 0 ? Optional.empty() : Optional.of(Interval.ofMedian(ratios));
    }
}
