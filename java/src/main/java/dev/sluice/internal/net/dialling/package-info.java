/** Dials: attempts, look-ups, and which of them wins. */
@NullMarked
package dev.sluice.internal.net.dialling;

import org.jspecify.annotations.NullMarked;
