package dev.sluice.bench.report;

import java.awt.BasicStroke;
import java.awt.Font;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;

/** What all charts have in common. */
final class ChartStyle {
    /** The longest label that the vertical axis takes. */
    static final int MOST_LETTERS = 20;

    private static final int FONT_SIZE = 12;
    private static final BasicStroke GRID = new BasicStroke(1, BasicStroke.CAP_BUTT,
            BasicStroke.JOIN_MITER);

    private ChartStyle() {}

    /**
     * A label that is invisible: a number in two characters without width. Ticks without a label
     * need it, since the axis never stops placing labels if two of them are equal or one is longer
     * than {@link #MOST_LETTERS}.
     */
    static String noLabel(double position) {
        long number = Math.round(position * 10) & (1L << MOST_LETTERS) - 1;
        return Long.toBinaryString(number).replace('0', '\u200b').replace('1', '\u200c');
    }

    static Font font(int style) {
        return new Font(Font.SANS_SERIF, style, FONT_SIZE);
    }

    /**
     * Returns an empty chart; its y-axis has no title, since a narrow screen has no room for one.
     */
    static XYChart chart(String title, String horizontal, int width, int height) {
        XYChart chart = new XYChartBuilder().width(width).height(height).title(title)
                .xAxisTitle(horizontal).build();
        XYStyler style = chart.getStyler();
        style.setBaseFont(font(Font.PLAIN)).setChartTitleFont(font(Font.BOLD))
                .setChartTitleBoxVisible(false)
                .setChartBackgroundColor(ReportColor.BACKGROUND.awt())
                .setPlotBackgroundColor(ReportColor.BACKGROUND.awt())
                .setChartFontColor(ReportColor.TEXT.awt()).setPlotBorderVisible(false)
                .setLegendVisible(false).setChartPadding(4).setPlotContentSize(1)
                .setLegendBackgroundColor(ReportColor.BACKGROUND.awt())
                .setLegendBorderColor(ReportColor.BACKGROUND.awt())
                .setLegendFont(font(Font.PLAIN)).setLegendPosition(LegendPosition.OutsideE);
        style.setAxisTickLabelsFont(font(Font.PLAIN)).setAxisTitleFont(font(Font.PLAIN))
                .setAxisTickLabelsColor(ReportColor.TEXT.awt())
                .setAxisTickMarksColor(ReportColor.LINE.awt())
                .setPlotGridLinesColor(ReportColor.LINE.awt()).setPlotGridLinesStroke(GRID)
                .setPlotGridHorizontalLinesVisible(false).setYAxisTitleVisible(false);
        return chart;
    }
}
