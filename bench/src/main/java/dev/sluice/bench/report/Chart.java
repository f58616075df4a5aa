package dev.sluice.bench.report;

import org.knowm.xchart.XYChart;

/** Something that can be drawn. */
interface Chart {
    /** The place of the key to the lines. */
    enum Legend {
        /** In the drawing. */
        INSIDE,
        /** Elsewhere on the page. */
        ELSEWHERE
    }

    /** Returns what the chart shows, in one line; also its text for screen readers. */
    String title();

    /** Returns the drawing, in the colours for a light background. */
    XYChart draw(Legend legend);
}
