package dev.sluice.net;

import dev.sluice.SocketException;

/** A call on a socket that the port's thread makes. */
@FunctionalInterface
interface PortCall<T> {
    T ask() throws SocketException;
}
