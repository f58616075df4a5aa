/**
 * The endings of real connections: Sluice closes, a plain {@code java.net.Socket} on a thread of
 * its own reports what it saw, and the kernel's table shows what is left.
 */
@NullMarked
package dev.sluice.cli.semantics;

import org.jspecify.annotations.NullMarked;
