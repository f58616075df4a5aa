/**
 * The results of a comparison: the environment, the figures with the values behind them, and the
 * file that stores them.
 */
@NullMarked
package dev.sluice.bench.results;

import org.jspecify.annotations.NullMarked;
