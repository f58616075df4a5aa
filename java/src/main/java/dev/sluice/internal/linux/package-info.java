/**
 * Policy that the two Linux backends share: what an error number means, how an address and an option
 * are spelled for the kernel.
 */
@NullMarked
package dev.sluice.internal.linux;

import org.jspecify.annotations.NullMarked;
