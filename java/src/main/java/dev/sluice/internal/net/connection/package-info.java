/** A connection: its state, its reading side and its writing side. */
@NullMarked
package dev.sluice.internal.net.connection;

import org.jspecify.annotations.NullMarked;
