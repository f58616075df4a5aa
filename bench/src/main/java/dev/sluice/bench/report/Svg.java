package dev.sluice.bench.report;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.report.Chart.Legend;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;

/**
 * Charts as SVG whose colours are variables, so that they suit a light and a dark page. Text is
 * drawn as outlines, so that it looks the same without the fonts of this machine.
 */
final class Svg {
    private static final Pattern PROLOG = Pattern.compile("^.*?(?=<svg)", Pattern.DOTALL);
    private static final Pattern SIZE = Pattern.compile(
            " (?:xmlns:xlink|height|width|version|x|y)=\"[^\"]*\"");
    private static final Pattern LONG_NUMBER = Pattern.compile("-?\\d+\\.\\d{2,}");
    private static final Pattern BETWEEN_LINES = Pattern.compile("\\n *");
    private static final int PNG_SCALE = 2;

    private int drawn;

    static {
        System.setProperty("java.awt.headless", "true");
    }

    /** Fails before any work if nothing can be drawn here. */
    static void requireFonts() {
        try {
            Font font = ChartStyle.font(Font.PLAIN);
            font.createGlyphVector(new FontRenderContext(null, true, true), "0").getOutline();
        } catch (RuntimeException | LinkageError | InternalError e) {
            throw new BenchException("plots need fonts, and Java finds none: install fontconfig and"
                    + " a font (Debian: fontconfig, fonts-dejavu-core): " + e.getMessage(), e);
        }
    }

    /** Returns the chart for a page that defines the variables of {@link ReportColor}. */
    String inline(Chart chart) throws IOException {
        return encode(chart, Legend.ELSEWHERE).replaceFirst("<svg",
                "<svg role=\"img\" aria-label=\""
                        + Html.escape(chart.title()).replace("$", "\\$") + "\"");
    }

    /** Returns the chart as a file of its own. */
    String file(Chart chart) throws IOException {
        return encode(chart, Legend.INSIDE).replaceFirst(">",
                "><style>" + ReportColor.style() + "</style>");
    }

    /** Returns the chart as a picture in its light colours. */
    static byte[] png(Chart chart) throws IOException {
        XYChart drawing = chart.draw(Legend.INSIDE);
        BufferedImage image = new BufferedImage(drawing.getWidth() * PNG_SCALE,
                drawing.getHeight() * PNG_SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.scale(PNG_SCALE, PNG_SCALE);
        drawing.paint(graphics, drawing.getWidth(), drawing.getHeight());
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    private String encode(Chart chart, Legend legend) throws IOException {
        String svg = new String(ChartEncoder.getBytes(chart.draw(legend), "svg"),
                StandardCharsets.UTF_8);
        svg = PROLOG.matcher(svg).replaceFirst("");
        int end = svg.indexOf('>');
        svg = SIZE.matcher(svg.substring(0, end)).replaceAll("") + svg.substring(end);
        svg = LONG_NUMBER.matcher(svg).replaceAll(number -> shorter(number.group()));
        svg = BETWEEN_LINES.matcher(svg).replaceAll("\n");
        for (ReportColor color : ReportColor.values()) {
            svg = svg.replace(color.lightInSvg(), "var(" + color.variable() + ")");
        }
        drawn++;
        return svg.replace("id=\"clip", "id=\"c" + drawn + "-")
                .replace("url(#clip", "url(#c" + drawn + "-");
    }

    /** A tenth of a pixel is below what is visible. */
    private static String shorter(String number) {
        String rounded = String.format(Locale.ROOT, "%.1f", Double.parseDouble(number));
        return rounded.endsWith(".0") ? rounded.substring(0, rounded.length() - 2) : rounded;
    }
}
