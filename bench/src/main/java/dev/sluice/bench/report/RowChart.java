package dev.sluice.bench.report;

import java.awt.BasicStroke;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A row for each thing that was measured: a bar from zero, or a point with its interval and a line
 * at the value that all are compared with.
 *
 * @param title what it shows
 * @param axis what the figures are
 * @param rows from the top
 * @param reference where the line is; NaN for bars, which begin at zero
 */
record RowChart(String title, String axis, List<Row> rows, double reference) implements Chart {
    private static final int WIDTH = 400;
    private static final int ROW_HEIGHT = 22;
    private static final int OTHER_HEIGHT = 76;
    private static final float BAR_WIDTH = 13;
    private static final float INTERVAL_WIDTH = 3;
    private static final double MARGIN = 0.06;

    /** The axis may take little more than half of the hint; "10,000" does not fit into that. */
    private static final int TICK_SPACING = 66;
    private static final int LONG_TICK_SPACING = 95;
    private static final double LONG_LABELS = 10_000;

    /** A row: low and high are the ends of its interval. */
    record Row(String name, double value, double low, double high, ReportColor color) {}

    private boolean hasBars() {
        return Double.isNaN(reference);
    }

    @Override
    public XYChart draw(Legend legend) {
        XYChart chart = ChartStyle.chart(title, axis, WIDTH,
                OTHER_HEIGHT + ROW_HEIGHT * rows.size());
        XYStyler style = chart.getStyler();
        style.setYAxisMin(0.4).setYAxisMax(rows.size() + 0.6)
                .setYAxisTickMarkSpacingHint(ROW_HEIGHT - 2)
                .setYAxisTickLabelsFormattingFunction(this::label)
                .setXAxisTickLabelsFormattingFunction(Figures::of);
        double low = rows.stream().mapToDouble(Row::low).min().orElse(0);
        double high = rows.stream().mapToDouble(Row::high).max().orElse(1);
        style.setXAxisTickMarkSpacingHint(high < LONG_LABELS ? TICK_SPACING : LONG_TICK_SPACING);
        if (hasBars()) {
            style.setXAxisMin(0.0).setXAxisMax(high == 0 ? 1 : high * (1 + MARGIN));
        } else {
            low = Math.min(low, reference);
            high = Math.max(high, reference);
            double margin = Math.max((high - low) * MARGIN, 0.01);
            style.setXAxisMin(low - margin).setXAxisMax(high + margin);
            line(chart, "reference", new double[]{reference, reference},
                    new double[]{0.4, rows.size() + 0.6}, ReportColor.REFERENCE, 1);
        }
        for (int i = 0; i < rows.size(); i++) {
            add(chart, rows.get(i), rows.size() - i);
        }
        return chart;
    }

    private String label(double position) {
        int index = rows.size() - (int) Math.round(position);
        boolean isRow = Math.abs(position - Math.round(position)) < 1e-6 && index >= 0
                && index < rows.size();
        return isRow ? shown(index) : ChartStyle.noLabel(position);
    }

    /** Short enough for the axis, and unlike all others. */
    private String shown(int index) {
        String name = cut(rows.get(index).name(), "\u2026");
        boolean alone = rows.stream()
                .filter(row -> cut(row.name(), "\u2026").equals(name)).count() == 1;
        return alone
                ? name
                : cut(rows.get(index).name() + " ".repeat(ChartStyle.MOST_LETTERS),
                        "\u2026" + index);
    }

    private static String cut(String name, String end) {
        return name.length() > ChartStyle.MOST_LETTERS
                ? name.substring(0, ChartStyle.MOST_LETTERS - end.length()) + end
                : name;
    }

    private void add(XYChart chart, Row row, int position) {
        double[] level = {position, position};
        if (hasBars()) {
            line(chart, "bar " + position, new double[]{0, row.value()}, level, row.color(),
                    BAR_WIDTH);
            return;
        }
        line(chart, "interval " + position, new double[]{row.low(), row.high()}, level, row.color(),
                INTERVAL_WIDTH);
        XYSeries point = chart.addSeries("point " + position, new double[]{row.value()},
                new double[]{position});
        point.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(row.color().awt());
    }

    private static void line(XYChart chart, String name, double[] x, double[] y, ReportColor color,
            float width) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(SeriesMarkers.NONE).setLineColor(color.awt()).setLineStyle(
                new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
    }
}
