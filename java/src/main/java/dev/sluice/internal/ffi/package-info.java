/**
 * Calls into native code and memory by address, on the Foreign Function and Memory API: the floor
 * under the bindings of each operating system. It knows no policy and no errors.
 */
@NullMarked
package dev.sluice.internal.ffi;

import org.jspecify.annotations.NullMarked;
