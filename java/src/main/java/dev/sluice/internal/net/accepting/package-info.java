/** Listening sockets and the connections that no thread has taken yet. */
@NullMarked
package dev.sluice.internal.net.accepting;

import org.jspecify.annotations.NullMarked;
