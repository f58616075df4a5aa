/** What this machine offers to Sluice: {@code doctor} finds it out and tells it. */
@NullMarked
package dev.sluice.bench.doctor;

import org.jspecify.annotations.NullMarked;
