/**
 * What the two Linux backends share: the calls that end at once, what an error number means, and how an
 * address and an option are encoded.
 */
@NullMarked
package dev.sluice.internal.linux;

import org.jspecify.annotations.NullMarked;
