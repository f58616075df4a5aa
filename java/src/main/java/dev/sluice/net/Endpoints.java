package dev.sluice.net;

import dev.sluice.Address;

/** The two ends of a connection. */
record Endpoints(Address local, Address remote) {
    /** With the direction in which the operation's bytes go. */
    @Override
    public String toString() {
        return (remote.isUnix() || local.isUnix() ? "" : "tcp ") + local + "->" + remote;
    }
}
