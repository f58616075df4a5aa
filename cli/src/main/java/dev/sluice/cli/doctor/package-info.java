/** The command {@code doctor}, which shows what this machine offers to Sluice. */
@NullMarked
package dev.sluice.cli.doctor;

import org.jspecify.annotations.NullMarked;
