/** What all parts of the net layer share: errors, logs, recorded events, waiting. */
@NullMarked
package dev.sluice.internal.net;

import org.jspecify.annotations.NullMarked;
