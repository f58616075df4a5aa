/** The pool of connections: who gets which, and when one ends. */
@NullMarked
package dev.sluice.internal.net.pool;

import org.jspecify.annotations.NullMarked;
