/** What the packages of the benchmarks share. */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
