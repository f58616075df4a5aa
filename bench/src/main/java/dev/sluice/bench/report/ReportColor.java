package dev.sluice.bench.report;

import java.awt.Color;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The colors of charts and page, each for a light and a dark background. All light ones differ, so
 * a drawing made with them can be recolored.
 */
enum ReportColor {
    BACKGROUND(0xffffff, 0x0d1117), TEXT(0x1f2328, 0xe6edf3), MUTED(0x59636e, 0x9198a1),
    LINE(0xd1d9e0, 0x3d444d), PANEL(0xf6f8fa, 0x151b23), REFERENCE(0x8c959f, 0x7d8590),
    SLUICE_0(0x0550ae, 0x79c0ff), SLUICE_1(0x3b82d6, 0x388bfd), SLUICE_2(0x6f42c1, 0xbc8cff),
    SLUICE_3(0x0f766e, 0x39c5bb), SLUICE_4(0x0e8fb0, 0x2391ab), SLUICE_5(0x1b2a6b, 0xc3d4ff),
    SLUICE_6(0xa371f0, 0x8957e5), SLUICE_7(0x17a589, 0x7ef0dc), SLUICE_8(0x8a3ffc, 0xe2c5ff),
    NETTY_0(0xbc4c00, 0xffa657), NETTY_1(0xb8860b, 0xe3b341), NETTY_2(0x8a4600, 0xffc680),
    NETTY_3(0xa85f32, 0xdb6d28),
    JDK_0(0x1a7f37, 0x56d364), JDK_1(0x57a45f, 0x2ea043), JDK_2(0x2f6f4f, 0xaff5b4),
    JDK_3(0x6b8e23, 0x8ddb8c),
    C_0(0x3d444d, 0xd0d7de), C_1(0x818b98, 0x8b949e), C_2(0x57606a, 0xb1bac4),
    C_3(0x6e5494, 0xa6a1d6),
    OTHER_0(0xbf3989, 0xf778ba), OTHER_1(0xcf222e, 0xff7b72), OTHER_2(0x0a7ea4, 0x67d4f0),
    OTHER_3(0x7a5c00, 0xd4c26a);

    private final int light;
    private final int dark;

    ReportColor(int light, int dark) {
        this.light = light;
        this.dark = dark;
    }

    /** The color on a light background. */
    Color awt() {
        return new Color(light);
    }

    /** The light color in the form of the SVG encoder. */
    String lightInSvg() {
        Color color = awt();
        return "rgb(" + color.getRed() + "," + color.getGreen() + "," + color.getBlue() + ")";
    }

    String variable() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the style that gives all variables their colours, by the reader's scheme. */
    static String style() {
        String light = Stream.of(values()).map(color -> color.variable() + ":" + hex(color.light))
                .collect(Collectors.joining(";"));
        String dark = Stream.of(values()).map(color -> color.variable() + ":" + hex(color.dark))
                .collect(Collectors.joining(";"));
        return ":root{color-scheme:light dark;" + light + "}\n"
                + "@media(prefers-color-scheme:dark){:root{" + dark + "}}\n";
    }

    /** Returns the style that hides a color's line in a plot whose box for it is not checked. */
    static String choices() {
        return Stream.of(values()).filter(color -> color.name().contains("_"))
                .map(color -> "figure:has(input[value=\"" + color.variable()
                        + "\"]:not(:checked)) svg [style*=\"(" + color.variable()
                        + ")\"]{display:none}\n")
                .collect(Collectors.joining());
    }

    private static String hex(int color) {
        return String.format(Locale.ROOT, "#%06x", color);
    }
}
