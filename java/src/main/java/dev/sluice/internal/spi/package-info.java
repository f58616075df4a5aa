/**
 * What the engine and the backends share: requests, channels, buffers, and the interface that each
 * backend implements. It depends neither on the public API nor on an operating system.
 */
@NullMarked
package dev.sluice.internal.spi;

import org.jspecify.annotations.NullMarked;
