package dev.sluice.internal.epoll;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.RawAddress;

/** What the epoll backend knows of one socket: whether a call could do anything now. */
final class EpollChannel extends Channel {
    /** False when a call is known to find nothing; an edge of epoll makes it true again. */
    boolean mayReceive = true;

    boolean maySend = true;

    /**
     * True once epoll reported an end, an error or urgent data. Then no further edge may come, and a
     * short receive does not mean that the next one finds nothing: it stops at the urgent byte.
     */
    boolean ended;

    /** True once the descriptor is in the epoll set; it stays there, edge-triggered, until closed. */
    boolean registered;

    /** True once edges of room to send are told of too. */
    boolean tellsRoom;

    /** True while it is one of the {@link StalledSenders}, for which an edge says nothing. */
    boolean sendStalled;

    /** True while it waits in the queue of channels that used up their turns. */
    boolean deferred;

    /** The fetch in which {@link #turnsLeft} was last filled up. */
    int turnsOf;

    short turnsLeft;

    EpollChannel(int family, boolean stream, long handle) {
        super(family, stream);
        this.handle = handle;
    }

    /**
     * Whether a receive that brought fewer bytes than it had room for, and some, left nothing behind.
     * On a Unix stream it says nothing: it stops where descriptors or urgent data came with the bytes
     * (SCM_RIGHTS of unix(7)), and only EAGAIN means empty.
     */
    boolean isEmptiedBy(long received, long room) {
        return stream && received < room && !ended && family != RawAddress.UNIX;
    }

    int fd() {
        return (int) handle;
    }
}
