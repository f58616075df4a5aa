package dev.sluice.internal.epoll;

import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.TurnQueue;

/** What the epoll backend keeps of one socket: whether a call may succeed now. */
final class EpollChannel extends TurnQueue.Member {
    /** False once a call would have blocked; an edge makes it true again. */
    boolean mayReceive = true;

    boolean maySend = true;

    /**
     * True once epoll reported an end, an error or urgent data. Then no further edge may come, and a
     * short receive does not mean that the socket is empty: it stops at the urgent byte.
     */
    boolean ended;

    /** True once the descriptor is in the epoll set; it stays there, edge-triggered, until closed. */
    boolean registered;

    /** True once epoll also reports edges of room to send. */
    boolean reportsRoom;

    /** True while it is one of the {@link StalledSenders}, which edges do not wake. */
    boolean stalled;

    EpollChannel(int family, boolean stream, long handle) {
        super(family, stream);
        this.handle = handle;
    }

    /**
     * Returns true if a receive that filled a part of its room left the socket empty. Never true of a
     * Unix stream: a receive there stops where descriptors or urgent data came with the bytes
     * (SCM_RIGHTS of unix(7)), and only EAGAIN means empty.
     */
    boolean isEmptiedBy(long received, long room) {
        return stream && received < room && !ended && family != RawAddress.UNIX;
    }

    int fd() {
        return (int) handle;
    }
}
