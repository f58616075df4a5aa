/**
 * The comparison of echo servers. Each server has a process of its own, and they are driven in turn
 * in short slices, so that a disturbance of the machine meets all of them. A server's figure is the
 * median, over the cycles, of its ratio to the baseline within a cycle.
 */
@NullMarked
package dev.sluice.bench.compare;

import org.jspecify.annotations.NullMarked;
