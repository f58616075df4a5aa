/** The command {@code top}: the ports of a running process. */
@NullMarked
package dev.sluice.cli.top;

import org.jspecify.annotations.NullMarked;
