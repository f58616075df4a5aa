package dev.sluice.bench.report;

import org.knowm.xchart.XYChart;

/** Something that can be drawn. */
interface Chart {
    /** Where the reader learns which line is whose. */
    enum Legend {
        /** In the drawing. */
        INSIDE,
        /** Elsewhere on the page. */
        ELSEWHERE
    }

    /** What it shows, in a line; also its text for those who do not see it. */
    String title();

    /** The drawing, in the colours for a light background. */
    XYChart draw(Legend legend);
}
