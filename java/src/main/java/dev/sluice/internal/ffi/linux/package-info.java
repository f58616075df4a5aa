/**
 * The binding to Linux: functions of the C library with their C names and raw results, structure
 * layouts and constants of its headers. Every layout and constant here is held against the recorded
 * output of the C compiler by a test.
 */
@NullMarked
package dev.sluice.internal.ffi.linux;

import org.jspecify.annotations.NullMarked;
