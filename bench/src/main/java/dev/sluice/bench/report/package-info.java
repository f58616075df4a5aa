/** Results for people: the table of a terminal, and a page with plots. */
@NullMarked
package dev.sluice.bench.report;

import org.jspecify.annotations.NullMarked;
