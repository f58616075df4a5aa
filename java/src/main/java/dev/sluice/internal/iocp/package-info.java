/**
 * Completion ports of Windows: each request becomes one overlapped call, whose packet ends it. Nothing
 * here is linked on another system.
 */
@NullMarked
package dev.sluice.internal.iocp;

import org.jspecify.annotations.NullMarked;
