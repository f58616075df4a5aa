package dev.sluice.internal.net;

import dev.sluice.Address;

/** The two addresses of a connection. */
public record Endpoints(Address local, Address remote) {
    /** Returns {@code tcp local->remote}; without {@code tcp} for a Unix socket. */
    @Override
    public String toString() {
        return (remote.isUnix() || local.isUnix() ? "" : "tcp ") + local + "->" + remote;
    }
}
