package dev.sluice.bench.report;

import java.util.List;
import java.util.function.Function;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A line for each thing that was measured.
 *
 * @param title what it shows, with the unit of the vertical axis
 * @param axis what the horizontal axis is
 * @param lines the lines
 * @param scale how the axes run
 * @param labels the words at a place of the horizontal axis
 */
record LineChart(String title, String axis, List<Line> lines, Scale scale,
        Function<Double, String> labels) implements Chart {
    private static final int WIDTH = 400;
    private static final int LEGEND_WIDTH = 170;
    private static final int HEIGHT = 300;
    private static final float LINE_WIDTH = 1.6f;
    private static final Marker[] MARKERS = {SeriesMarkers.CIRCLE, SeriesMarkers.DIAMOND,
        SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP, SeriesMarkers.TRIANGLE_DOWN};
    private static final int MARKER_SIZE = 5;

    /**
     * A line through points.
     *
     * @param shown true if it is one of the few that are shown first
     */
    record Line(String name, List<Double> x, List<Double> y, ReportColor color, boolean shown) {}

    /** How the axes run. */
    enum Scale {
        /** Linear horizontally, logarithmic vertically. */
        LOG_VERTICAL,
        /** Logarithmic horizontally, from zero vertically. */
        LOG_HORIZONTAL
    }

    @Override
    public XYChart draw(Legend legend) {
        boolean inside = legend == Legend.INSIDE;
        XYChart chart = ChartStyle.chart(title, axis, WIDTH + (inside ? LEGEND_WIDTH : 0), HEIGHT);
        XYStyler style = chart.getStyler();
        style.setLegendVisible(inside);
        style.setPlotGridHorizontalLinesVisible(true)
                .setXAxisTickLabelsFormattingFunction(labels)
                .setYAxisTickLabelsFormattingFunction(Figures::of);
        if (scale == Scale.LOG_VERTICAL) {
            style.setYAxisLogarithmic(true);
        } else {
            double high = lines.stream().flatMap(line -> line.y().stream())
                    .mapToDouble(Double::doubleValue).max().orElse(1);
            style.setXAxisLogarithmic(true).setYAxisMin(0.0).setYAxisMax(high * 1.05);
        }
        // A picture is not interactive, so it shows few lines.
        List<Line> drawn = inside ? lines.stream().filter(Line::shown).toList() : lines;
        for (int i = 0; i < drawn.size(); i++) {
            Line line = drawn.get(i);
            XYSeries series = chart.addSeries(line.name(), line.x(), line.y());
            series.setMarker(MARKERS[i % MARKERS.length]).setMarkerColor(line.color().awt())
                    .setLineColor(line.color().awt());
            series.setLineWidth(LINE_WIDTH);
        }
        style.setMarkerSize(MARKER_SIZE);
        return chart;
    }
}
