package dev.sluice.bench.report;

import dev.sluice.bench.results.Results;

/**
 * One comparison in a report.
 *
 * @param label its name if a report has several runs
 * @param results the results of the run
 */
public record Run(String label, Results results) {}
