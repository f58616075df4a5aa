/**
 * Small programs on {@link dev.sluice.net}, to read and to start: {@code ./sluice example NAME}.
 *
 * <p>Each is one file, apart from {@link dev.sluice.examples.LineReader}. Read {@link
 * dev.sluice.examples.EchoServer} first.
 */
@NullMarked
package dev.sluice.examples;

import org.jspecify.annotations.NullMarked;
