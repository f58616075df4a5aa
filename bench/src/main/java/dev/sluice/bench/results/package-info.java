/**
 * What a comparison found: where, how, the figures with what they were drawn from, and the file
 * that holds them.
 */
@NullMarked
package dev.sluice.bench.results;

import org.jspecify.annotations.NullMarked;
