/**
 * What the engine and the backends share: requests, channels, buffers, and the interface that each
 * operating system's backend implements. It knows neither the public API nor an operating system.
 */
@NullMarked
package dev.sluice.internal.spi;

import org.jspecify.annotations.NullMarked;
