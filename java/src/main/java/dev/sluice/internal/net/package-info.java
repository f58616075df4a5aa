/** Errors, logs, recorded events and waiting: shared by all parts of the net layer. */
@NullMarked
package dev.sluice.internal.net;

import org.jspecify.annotations.NullMarked;
