package dev.sluice.internal.iocp;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** What the IOCP backend knows of one socket. */
final class IocpChannel extends Channel {
    /** True once the socket belongs to the port, which it does for the rest of its life. */
    boolean attached;

    /** True when a call that succeeds at once posts no packet. */
    boolean skipsPackets;

    /** True once the calls without OVERLAPPED do not wait. */
    boolean nonBlocking;

    /** True once it has a local address, which ConnectEx wants. */
    boolean bound;

    /** True when bytes, a datagram or an end are there, as far as the last call told. */
    boolean readable;

    /** The error of a failed peek, until a receive has reported it; 0 if there is none. */
    int peekError;

    /** True once repeated SYNs are switched off, see {@link SynRetransmissions}. */
    boolean failsAtOnce;

    /** What {@link KeepAliveTimes} keeps; 0 where nothing was set or the system has options for it. */
    int keepAliveIdleSeconds;

    int keepAliveIntervalSeconds;

    /** True while it waits in the queue of channels that used up their turns. */
    boolean deferred;

    /** The fetch in which {@link #turnsLeft} was last filled up. */
    int turnsOf;

    int turnsLeft;

    /** The peer, where AcceptEx told it; it stays known when the connection is lost. */
    @Nullable
    RawAddress acceptedPeer;

    /** What only a listener has; made with its first accept. */
    @Nullable
    Listening listening;

    /** The accepts of a listener that are with the kernel, and connections nobody took yet. */
    static final class Listening {
        final ArrayList<OverlappedOperation> operations = new ArrayList<>();
        final ArrayDeque<IocpChannel> arrived = new ArrayDeque<>();

        /** Why the accept ends once no operation is left; 0 while it goes on. */
        int failure;
    }

    IocpChannel(int family, boolean stream, long handle) {
        super(family, stream);
        this.handle = handle;
    }

    Listening listening() {
        Listening present = listening;
        if (present == null) {
            present = new Listening();
            listening = present;
        }
        return present;
    }

    /** The end of a stream stays one, unless the connection was known to be lost before. */
    long tellEnd(String call) throws NativeFailure {
        Outcome known = lost;
        if (known != null) {
            throw new NativeFailure(call, known, 0, "the connection was lost before");
        }
        endTold = true;
        return 0;
    }
}
