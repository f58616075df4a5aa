/** What this machine offers to Sluice: {@code doctor} finds it out and tells it. */
@NullMarked
package dev.sluice.cli.doctor;

import org.jspecify.annotations.NullMarked;
