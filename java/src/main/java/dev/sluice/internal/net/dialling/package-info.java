/** Dials: look-ups and attempts, of which the first to connect wins. */
@NullMarked
package dev.sluice.internal.net.dialling;

import org.jspecify.annotations.NullMarked;
