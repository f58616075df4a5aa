/**
 * The endings of connections, done for real: Sluice closes, a plain {@code java.net.Socket} on a
 * thread of its own tells what it saw, and the kernel's table tells what is left.
 */
@NullMarked
package dev.sluice.cli.semantics;

import org.jspecify.annotations.NullMarked;
