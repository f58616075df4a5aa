/** The command {@code prove}: questions that only a system itself can answer. */
@NullMarked
package dev.sluice.cli.prove;

import org.jspecify.annotations.NullMarked;
