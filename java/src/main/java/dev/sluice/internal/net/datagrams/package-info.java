/** Datagram sockets. */
@NullMarked
package dev.sluice.internal.net.datagrams;

import org.jspecify.annotations.NullMarked;
