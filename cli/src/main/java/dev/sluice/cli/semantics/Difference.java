package dev.sluice.cli.semantics;

/**
 * Where something else was seen than was expected.
 *
 * @param column of the table
 * @param expected in words
 * @param observed in words
 * @param breaksContract whether Sluice promises what was expected
 */
record Difference(Column column, String expected, String observed, boolean breaksContract) {
    @Override
    public String toString() {
        return column.title + ": expected " + expected + ", saw " + observed;
    }
}
