/** Addresses as people write them, and the look-up of names. */
@NullMarked
package dev.sluice.internal.net.names;

import org.jspecify.annotations.NullMarked;
