/** What each part of a message's path costs by itself, measured by JMH. */
@NullMarked
package dev.sluice.bench.jmh;

import org.jspecify.annotations.NullMarked;
