package dev.sluice.internal.iocp;

import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.TurnQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** What the IOCP backend stores for one socket. */
final class IocpChannel extends TurnQueue.Member {
    /** True once the socket is bound to the completion port, for the rest of its life. */
    boolean attached;

    /** True if a call that succeeds at once posts no packet. */
    boolean skipsPackets;

    /** True once the calls without OVERLAPPED do not block. */
    boolean nonBlocking;

    /** True once it has a local address, which ConnectEx needs. */
    boolean bound;

    /** True if bytes, a datagram or an end are there, as far as the last call reported. */
    boolean readable;

    /** The error of a failed peek, until a receive has reported it; 0 if there is none. */
    int peekError;

    /** True once repeated SYNs are switched off, see {@link SynRetransmissions}. */
    boolean failsAtOnce;

    /** Set by {@link KeepAliveTimes}; 0 if nothing was set, or Windows has options for it. */
    int keepAliveIdleSeconds;

    int keepAliveIntervalSeconds;

    /** The peer that AcceptEx reported; it stays known when the connection is lost. */
    @Nullable
    RawAddress acceptedPeer;

    /** What only a listener has, from its first accept on. */
    @Nullable
    Listening listening;

    /** The accepts of a listener that are in flight, and connections that no accept took yet. */
    static final class Listening {
        final ArrayList<OverlappedOperation> operations = new ArrayList<>();
        final ArrayDeque<IocpChannel> arrived = new ArrayDeque<>();

        /** Why the accept ends once none is in flight; 0 while it continues. */
        int failure;
    }

    IocpChannel(int family, boolean stream, long handle) {
        super(family, stream);
        this.handle = handle;
    }

    /** Takes over what is known of a socket that belonged to another channel, or to no port. */
    void takeOver(IocpChannel from) {
        nonBlocking = from.nonBlocking;
        bound = from.bound;
        acceptedPeer = from.acceptedPeer;
        keepAliveIdleSeconds = from.keepAliveIdleSeconds;
        keepAliveIntervalSeconds = from.keepAliveIntervalSeconds;
    }

    Listening listening() {
        Listening present = listening;
        if (present == null) {
            present = new Listening();
            listening = present;
        }
        return present;
    }
}
