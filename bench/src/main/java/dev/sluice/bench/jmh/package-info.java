/** What the parts of a message's way cost by themselves, measured by JMH. */
@NullMarked
package dev.sluice.bench.jmh;

import org.jspecify.annotations.NullMarked;
