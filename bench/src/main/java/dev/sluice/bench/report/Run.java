package dev.sluice.bench.report;

import dev.sluice.bench.results.Results;

/**
 * One comparison in a report.
 *
 * @param label what it is called where there are several
 * @param results what it found
 */
public record Run(String label, Results results) {}
