/**
 * The echo servers that are compared, each written as its own users would write it: one thread, no
 * avoidable allocation, TCP_NODELAY, back pressure, half-close. None depends on the load generator.
 */
@NullMarked
package dev.sluice.bench.peers;

import org.jspecify.annotations.NullMarked;
