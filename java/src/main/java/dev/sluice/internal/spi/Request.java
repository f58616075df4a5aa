package dev.sluice.internal.spi;

import org.jspecify.annotations.Nullable;

/**
 * One operation as engine and backend see it. It is allocated once with the public operation that
 * owns it and used again for each submission; every field belongs to the port's thread.
 *
 * <p>Life: {@code IDLE -> WAITING} (in its lane, behind others) {@code -> STARTED} (with the
 * backend, which alone may complete it) {@code -> COMPLETED} (its event waits to be delivered)
 * {@code -> IDLE}. The kernel may touch the request's memory only in {@code STARTED}.
 */
public final class Request {
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** Directions of a shutdown, in {@link #argument}: the numbers of both POSIX and Winsock. */
    public static final int SHUTDOWN_RECEIVE = 0;

    public static final int SHUTDOWN_SEND = 1;
    public static final int SHUTDOWN_BOTH = 2;

    /** Readiness asked for in {@link #argument} and reported in {@link #result} of a POLL. */
    public static final int READABLE = 1;

    public static final int WRITABLE = 2;

    /** The peer ended its side, or both sides are gone; reported even when not asked for. */
    public static final int HANGUP = 4;

    /** Ways of closing, in {@link #argument}. */
    public static final int GRACEFUL = 0;

    public static final int IMMEDIATE = 1;
    public static final int ABORT = 2;

    /** Where a request is in its life. */
    public enum State {
        IDLE,
        WAITING,
        STARTED,
        COMPLETED
    }

    // What is asked. Set by the public operation while IDLE, constant until the event is delivered.
    public final RequestKind kind;
    public final Object owner;
    public @Nullable Channel channel;
    public long address;
    public long length;
    public int argument;
    public boolean pooled;
    public boolean multishot;

    /** Accepted sockets stay unattached, to be handed to another port. */
    public boolean detached;

    /** Received bytes are thrown away; {@link #address} need not be set. */
    public boolean discard;

    /** Peer of CONNECT and SEND_TO, source of RECEIVE_FROM; null for the other kinds. */
    public @Nullable RawAddress peer;

    /** The pieces of a SEND_VECTORED; null for the other kinds. */
    public @Nullable BufferVector vector;

    /** What a CANCEL aims at: this request, or all of {@link #channel} when null. */
    public @Nullable Request target;

    /** {@link System#nanoTime} after which the request is cancelled, or {@link #NO_DEADLINE}. */
    public long deadlineNanos = NO_DEADLINE;

    // Where it is. Written by the engine; timerIndex by the timer heap.
    public State state = State.IDLE;
    public int slot = -1;
    public int timerIndex = -1;
    public @Nullable Request next;
    public @Nullable Request previous;

    /** Why the engine cancelled it, or null; the outcome if no byte had moved. */
    public @Nullable Outcome cancelReason;

    /** Bytes moved so far by a send that the kernel took in parts. Written by the backend. */
    public long progress;

    /** Free for the backend while STARTED (a count of kernel references, a sub-state). */
    public int backendState;

    // What the event that is reported next brings. Written by the backend just before it reports.
    /** A {@link PoolBuffer} or an accepted {@link Channel} that goes with the end of the request. */
    public @Nullable Object gift;

    /** The datagram was longer than its buffer. */
    public boolean cut;

    // The latest event that was delivered. Written at its delivery, since events may wait.
    public Outcome outcome = Outcome.OK;
    public int nativeCode;
    public long result;
    public boolean more;
    public boolean truncated;
    public @Nullable PoolBuffer buffer;
    public @Nullable Channel accepted;

    public Request(RequestKind kind, Object owner) {
        this.kind = kind;
        this.owner = owner;
    }

    /** The channel of a request whose kind always has one. */
    public Channel channel() {
        Channel present = channel;
        assert present != null : kind + " has no channel";
        return present;
    }

    /** The peer address of a request whose kind always has one. */
    public RawAddress peer() {
        RawAddress present = peer;
        assert present != null : kind + " has no address";
        return present;
    }

    public boolean isPending() {
        return state != State.IDLE;
    }

    @Override
    public String toString() {
        return kind + "#" + slot + "[" + state + (channel == null ? "" : " of " + channel) + "]";
    }
}
