/** The blocking sockets, on every backend that works here. */
@NullMarked
package dev.sluice.net;

import org.jspecify.annotations.NullMarked;
