/** The echo server of Sluice: what {@code echo} runs is what {@code compare} measures. */
@NullMarked
package dev.sluice.bench.echo;

import org.jspecify.annotations.NullMarked;
