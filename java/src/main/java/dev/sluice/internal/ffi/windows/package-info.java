/**
 * The binding to Windows: functions of ws2_32, mswsock, kernel32 and ntdll with their C names and raw
 * results, structure layouts and constants of the headers. Every layout and constant here is held
 * against the recorded output of the C compiler by a test. Nothing here is linked on another system.
 */
@NullMarked
package dev.sluice.internal.ffi.windows;

import org.jspecify.annotations.NullMarked;
