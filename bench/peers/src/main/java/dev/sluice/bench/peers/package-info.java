/**
 * The echo servers that are compared, each written as its own users would write it: one
 * thread, no allocation that can be avoided, TCP_NODELAY, back pressure and half-close honoured.
 * None depends on the load generator.
 */
@NullMarked
package dev.sluice.bench.peers;

import org.jspecify.annotations.NullMarked;
