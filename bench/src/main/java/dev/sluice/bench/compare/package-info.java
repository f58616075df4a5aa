/**
 * The comparison of echo servers: each in a process of its own, driven in turn in short slices, so
 * that what the machine does to one it does to all. A server's figure is the median, over the
 * cycles, of its ratio to the baseline within a cycle.
 */
@NullMarked
package dev.sluice.bench.compare;

import org.jspecify.annotations.NullMarked;
