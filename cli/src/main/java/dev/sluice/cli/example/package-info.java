/** {@code sluice example}: starts the programs of {@link dev.sluice.examples}. */
@NullMarked
package dev.sluice.cli.example;

import org.jspecify.annotations.NullMarked;
