/**
 * The load generator: connections to an echo server, driven by one thread in a closed loop. It is
 * written on the JDK's Selector and does not use Sluice, so that no server is measured by its own
 * kind.
 */
@NullMarked
package dev.sluice.bench.load;

import org.jspecify.annotations.NullMarked;
