package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.knowm.xchart.style.XYStyler;

class RowChartTest {
    /** The drawing rounds its step to 1, 2, 5 or 10 and may so take this part of the hint. */
    private static final double LEAST_OF_HINT = 2 / 3.5;

    @ParameterizedTest
    @ValueSource(doubles = {0.9, 6_100, 12_000, 130_000})
    void labelsOfTheAxisHaveRoomBesideEachOther(double value) {
        assumeTrue(ReportPageTest.hasFonts(), "Java finds no fonts here");
        RowChart chart = new RowChart("t", "ns",
                List.of(new RowChart.Row("a", value, value, value, ReportColor.TEXT)), Double.NaN);
        XYStyler style = chart.draw(Chart.Legend.INSIDE).getStyler();
        Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)
                .createGraphics();
        int width = graphics.getFontMetrics(style.getAxisTickLabelsFont())
                .stringWidth(Figures.of(value));
        graphics.dispose();
        assertThat(style.getXAxisTickMarkSpacingHint() * LEAST_OF_HINT).isGreaterThan(width);
    }
}
