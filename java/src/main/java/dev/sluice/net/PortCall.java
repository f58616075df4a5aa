package dev.sluice.net;

import dev.sluice.SystemCallException;

/** A call on a socket that the port's thread makes. */
@FunctionalInterface
interface PortCall<T> {
    T ask() throws SystemCallException;
}
