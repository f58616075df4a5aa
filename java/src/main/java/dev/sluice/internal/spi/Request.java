package dev.sluice.internal.spi;

import org.jspecify.annotations.Nullable;

/**
 * One operation as engine and backend see it. It is allocated once with the public operation that
 * owns it and used again for each submission; every field belongs to the port's thread.
 *
 * <p>Life: {@code IDLE -> WAITING} (in its queue, behind others) {@code -> STARTED} (with the
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

    /** What a POLL reports besides: urgent data is there, at which a receive stops. */
    public static final int URGENT = 8;

    /** In {@link #argument} of a pooled RECEIVE: it waits for a buffer while the pool has none. */
    public static final int WAIT_FOR_BUFFER = 1;

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
    public byte argument;
    public boolean pooled;
    public boolean multishot;

    /** Accepted sockets stay unattached, to be handed to another port. */
    public boolean detached;

    /** Received bytes are thrown away; {@link #address} need not be set. */
    public boolean discard;

    /** What a pooled receive that waits, of which there may be many, does without. */
    private @Nullable Extra extra;

    // Where it is. Written by the engine.
    public State state = State.IDLE;
    public int slot = -1;
    public @Nullable Request next;
    public @Nullable Request previous;

    /** Why the engine cancelled it, or null; the outcome if no byte had moved. */
    public @Nullable Outcome cancelReason;

    /** Free for the backend while STARTED (a count of kernel references, a sub-state). */
    public int backendState;

    // What the event that is reported next says. Written by the backend just before it reports.
    /** The datagram was longer than its buffer. */
    public boolean cut;

    // The latest event that was delivered. Written at its delivery, since events may wait.
    /** Null before the first event. */
    public @Nullable Outcome outcome;

    public int nativeCode;
    public long result;
    public boolean more;
    public boolean truncated;

    /**
     * The pooled buffer or the accepted channel that it brought and nobody took. A backend leaves
     * here what goes with the end of a request just before it reports that; the event carries it.
     */
    private @Nullable Object payload;

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

    /** Peer of CONNECT and SEND_TO, source of RECEIVE_FROM. */
    public RawAddress peer() {
        Object present = extra().aim;
        assert present != null : kind + " has no address";
        return (RawAddress) present;
    }

    public void peer(RawAddress peer) {
        extra().aim = peer;
    }

    /** The pieces of a SEND_VECTORED. */
    public BufferVector vector() {
        Object present = extra().aim;
        assert present != null : kind + " has no pieces";
        return (BufferVector) present;
    }

    public void vector(BufferVector vector) {
        extra().aim = vector;
    }

    /** The drain of a CLOSE, or null before it begins. */
    public @Nullable Request drain() {
        Extra present = extra;
        return present == null ? null : (Request) present.aim;
    }

    public void drain(Request drain) {
        extra().aim = drain;
    }

    /** Whether it waits for a buffer of the pool rather than end with NO_BUFFERS. */
    public boolean waitsForBuffer() {
        return kind == RequestKind.RECEIVE && pooled && argument == WAIT_FOR_BUFFER;
    }

    // ---- what the latest event brought -------------------------------------------------------

    public @Nullable PoolBuffer buffer() {
        return payload instanceof PoolBuffer buffer ? buffer : null;
    }

    public @Nullable Channel accepted() {
        return payload instanceof Channel accepted ? accepted : null;
    }

    public boolean hasPayload() {
        return payload != null;
    }

    public void payload(@Nullable Object taken) {
        payload = taken;
    }

    /** Moves what a backend left here into the event that is queued for it. */
    public @Nullable Object takePayload() {
        Object taken = payload;
        payload = null;
        return taken;
    }

    public boolean isPending() {
        return state != State.IDLE;
    }

    // ---- what not every request needs --------------------------------------------------------

    static final class Extra {
        long address;
        long length;
        long progress;
        long timeoutNanos;
        long deadlineNanos = NO_DEADLINE;
        int timerIndex = -1;

        /** What counts the request while it is pending, so that its memory is not freed, or null. */
        @Nullable
        Object memoryHolder;

        /** An address, pieces, or the drain of a CLOSE, as the kind has it. */
        @Nullable
        Object aim;
    }

    private Extra extra() {
        Extra present = extra;
        if (present == null) {
            present = new Extra();
            extra = present;
        }
        return present;
    }

    /** Where the bytes are, or shall be; 0 for a pooled receive. */
    public long address() {
        Extra present = extra;
        return present == null ? 0 : present.address;
    }

    public long length() {
        Extra present = extra;
        return present == null ? 0 : present.length;
    }

    public void memory(long address, long length) {
        Extra mine = extra();
        mine.address = address;
        mine.length = length;
    }

    /** What keeps the memory from being freed while the request is pending, or null. */
    public @Nullable Object memoryHolder() {
        Extra present = extra;
        return present == null ? null : present.memoryHolder;
    }

    public void memoryHolder(@Nullable Object holder) {
        if (extra != null || holder != null) {
            extra().memoryHolder = holder;
        }
    }

    /** Bytes moved so far by a send that the kernel took in parts. Written by the backend. */
    public long progress() {
        Extra present = extra;
        return present == null ? 0 : present.progress;
    }

    public void progress(long bytes) {
        if (extra != null || bytes != 0) {
            extra().progress = bytes;
        }
    }

    // ---- time --------------------------------------------------------------------------------

    /** {@link System#nanoTime} after which the request is cancelled, or {@link #NO_DEADLINE}. */
    public long deadlineNanos() {
        Extra present = extra;
        return present == null ? NO_DEADLINE : present.deadlineNanos;
    }

    public void deadlineNanos(long nanos) {
        if (extra != null || nanos != NO_DEADLINE) {
            extra().deadlineNanos = nanos;
        }
    }

    /** From each submission to its deadline, or 0 for none. */
    public long timeoutNanos() {
        Extra present = extra;
        return present == null ? 0 : present.timeoutNanos;
    }

    public void timeoutNanos(long nanos) {
        if (extra != null || nanos != 0) {
            extra().timeoutNanos = nanos;
        }
    }

    /** Its place in the heap of timers, which alone moves it; -1 when it is not there. */
    public int timerIndex() {
        Extra present = extra;
        return present == null ? -1 : present.timerIndex;
    }

    public void timerIndex(int index) {
        extra().timerIndex = index;
    }

    @Override
    public String toString() {
        return kind + "#" + slot + "[" + state + (channel == null ? "" : " of " + channel) + "]";
    }
}
