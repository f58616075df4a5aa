/**
 * The command line of Sluice: its top command and what all commands share.
 */
@NullMarked
package dev.sluice.cli;

import org.jspecify.annotations.NullMarked;
