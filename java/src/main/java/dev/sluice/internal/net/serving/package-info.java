/** Handlers and the threads on which they run. */
@NullMarked
package dev.sluice.internal.net.serving;

import org.jspecify.annotations.NullMarked;
