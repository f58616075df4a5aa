package dev.sluice.bench.report;

import java.awt.BasicStroke;
import java.awt.Font;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;

/** What all charts have in common. */
final class ChartStyle {
    private static final int FONT_SIZE = 12;
    private static final BasicStroke GRID = new BasicStroke(1, BasicStroke.CAP_BUTT,
            BasicStroke.JOIN_MITER);

    private ChartStyle() {}

    /**
     * A label that nobody sees. Ticks that shall have none need it, since the axis gives up where
     * two of its labels are the same.
     */
    static String noLabel(double position) {
        return "\u200b".repeat(1 + (int) Math.abs(Math.round(position * 10)));
    }

    static Font font(int style) {
        return new Font(Font.SANS_SERIF, style, FONT_SIZE);
    }

    /** An empty chart; its y-axis has no title, since a narrow screen has no room for one. */
    static XYChart chart(String title, String horizontal, int width, int height) {
        XYChart chart = new XYChartBuilder().width(width).height(height).title(title)
                .xAxisTitle(horizontal).build();
        XYStyler style = chart.getStyler();
        style.setBaseFont(font(Font.PLAIN)).setChartTitleFont(font(Font.BOLD))
                .setChartTitleBoxVisible(false).setChartBackgroundColor(Ink.BACKGROUND.color())
                .setPlotBackgroundColor(Ink.BACKGROUND.color())
                .setChartFontColor(Ink.TEXT.color()).setPlotBorderVisible(false)
                .setLegendVisible(false).setChartPadding(4).setPlotContentSize(1)
                .setLegendBackgroundColor(Ink.BACKGROUND.color())
                .setLegendBorderColor(Ink.BACKGROUND.color())
                .setLegendFont(font(Font.PLAIN)).setLegendPosition(LegendPosition.OutsideE);
        style.setAxisTickLabelsFont(font(Font.PLAIN)).setAxisTitleFont(font(Font.PLAIN))
                .setAxisTickLabelsColor(Ink.TEXT.color()).setAxisTickMarksColor(Ink.LINE.color())
                .setPlotGridLinesColor(Ink.LINE.color()).setPlotGridLinesStroke(GRID)
                .setPlotGridHorizontalLinesVisible(false).setYAxisTitleVisible(false);
        return chart;
    }
}
