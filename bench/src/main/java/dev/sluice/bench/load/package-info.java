/**
 * The load generator: connections to an echo server, driven by one thread in a closed loop, and
 * the clocks that tell what a slice of that cost. It is written on the JDK's Selector and knows
 * nothing of Sluice, so that no server is measured by its own kind.
 */
@NullMarked
package dev.sluice.bench.load;

import org.jspecify.annotations.NullMarked;
