/**
 * Blocking sockets for virtual threads, on completion ports: listeners, dialers, connections and
 * datagrams, with deadlines that move, closes that say how a connection ended, and one small
 * hierarchy of errors.
 *
 * <p>Start with {@link dev.sluice.net.Listener} and {@link dev.sluice.net.Dialer}.
 */
@NullMarked
package dev.sluice.net;

import org.jspecify.annotations.NullMarked;
