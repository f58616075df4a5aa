/** Chooses the backend for this machine. */
@NullMarked
package dev.sluice.internal;

import org.jspecify.annotations.NullMarked;
