package dev.sluice.internal.uring;

import dev.sluice.internal.spi.Request;

/** The flags of {@link Request#backendFlags}: where a started request is. */
final class UringFlags {
    /** A poll of ours is in the kernel in the request's place. */
    static final int AWAITING = 1;

    /** A timeout of ours is in the kernel in the request's place. */
    static final int PAUSED = 1 << 1;

    /** It waits for a free entry of the submission ring. */
    static final int POSTPONED = 1 << 2;

    /** It waits for a buffer of the pool. */
    static final int STARVED = 1 << 3;

    /** The kernel has completed the send, but still reads its memory. */
    static final int MEMORY_OWED = 1 << 4;

    /** The socket of the send closes. */
    static final int ABANDONED = 1 << 5;

    /** The send is in the entry of one before it in its queue. */
    static final int JOINED = 1 << 6;

    /** The accept in the kernel was cancelled, as the port has no room. */
    static final int NO_ROOM = 1 << 7;

    /** The poll in the kernel is multishot, after one that reported the peer's end alone. */
    static final int MULTISHOT_POLL = 1 << 8;

    /** The receive in the kernel also asks for the size of segments. */
    static final int COALESCES = 1 << 9;

    private UringFlags() {}

    static boolean has(Request request, int flags) {
        return (request.backendFlags & flags) != 0;
    }

    static void set(Request request, int flags) {
        request.backendFlags |= flags;
    }

    static void clear(Request request, int flags) {
        request.backendFlags &= ~flags;
    }
}
