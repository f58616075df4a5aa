package dev.sluice.internal.spi;

import org.jspecify.annotations.Nullable;

/**
 * One operation as the engine and the backends see it. The public operation that owns it allocates it
 * once and uses it again for each submission. The port's thread owns every field.
 *
 * <p>Life: {@code IDLE -> WAITING} (in its queue, behind others) {@code -> STARTED} (the backend has
 * it, which alone may complete it) {@code -> COMPLETED} (its event waits for delivery) {@code ->
 * IDLE}. The kernel may use the request's memory only in {@code STARTED}.
 *
 * <p>The fields are open because each message reads and writes several of them; a test checks that
 * only the owner named here writes each.
 */
public final class Request implements Timed {
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** Directions of a shutdown, in {@link #argument}: the numbers of both POSIX and Winsock. */
    public static final int SHUTDOWN_RECEIVE = 0;

    public static final int SHUTDOWN_SEND = 1;
    public static final int SHUTDOWN_BOTH = 2;

    /** Readiness that a POLL asks for in {@link #argument} and reports in {@link #result}. */
    public static final int READABLE = 1;

    public static final int WRITABLE = 2;

    /** The peer ended its side, or both sides are gone; a POLL reports it even if not asked for. */
    public static final int HANGUP = 4;

    /** Urgent data is there, at which a receive stops; only reported. */
    public static final int URGENT = 8;

    /** In {@link #argument} of a pooled RECEIVE or RECEIVE_FROM: it waits for a buffer while the pool has none. */
    public static final int WAIT_FOR_BUFFER = 1;

    /** Ways of closing, in {@link #argument}. */
    public static final int GRACEFUL = 0;

    public static final int IMMEDIATE = 1;
    public static final int ABORT = 2;

    /** The steps of a request's life. */
    public enum State {
        IDLE,
        WAITING,
        STARTED,
        COMPLETED
    }

    // ---- the question: written by the public operation while IDLE --------------------------------

    public final RequestKind kind;
    public final Object owner;
    public @Nullable Channel channel;
    public byte argument;
    public boolean pooled;
    public boolean multishot;

    /** True if accepted sockets join no port yet. */
    public boolean detached;

    /** True if received bytes are thrown away; the request needs no memory then. */
    public boolean discard;

    // ---- the way: written by the engine ----------------------------------------------------------

    public State state = State.IDLE;

    /** Written by {@link SlotTable}. */
    public int slot = -1;

    /** Written by {@link OperationQueue}, as is {@link #previous}. */
    public @Nullable Request next;

    public @Nullable Request previous;

    /** Why the engine cancelled it, or null; the outcome if no byte had moved. */
    public @Nullable Outcome cancelReason;

    // ---- written by the backend that has it, 0 in every other state ------------------------------

    /** The backend's flags for this request; each backend names its own. */
    public int backendFlags;

    /** Readiness that a POLL found and has not reported yet. */
    public byte foundReadiness;

    // ---- the latest delivered event: written by deliver() ----------------------------------------

    public boolean more;
    public boolean truncated;

    /** Null before the first event. */
    public @Nullable Outcome outcome;

    public int nativeCode;

    /** Bytes moved, or what the kind defines; of datagrams received together see {@link #coalesced}. */
    public long result;

    /** The pooled buffer or the accepted channel of the event, until the application takes it. */
    private @Nullable Object payload;

    /** What a waiting pooled receive, of which there may be many, does without. */
    private @Nullable Extra extra;

    public Request(RequestKind kind, Object owner) {
        this.kind = kind;
        this.owner = owner;
    }

    /** Returns the channel of a request whose kind always has one. */
    public Channel channel() {
        Channel present = channel;
        assert present != null : kind + " has no channel";
        return present;
    }

    /** Returns true if a missing buffer makes it wait rather than end with NO_BUFFERS. */
    public boolean waitsForBuffer() {
        boolean receives = kind == RequestKind.RECEIVE || kind == RequestKind.RECEIVE_FROM;
        return receives && pooled && argument == WAIT_FOR_BUFFER;
    }

    public boolean isPending() {
        return state != State.IDLE;
    }

    // ---- events ------------------------------------------------------------------------------

    /** Sets the latest event. */
    public void deliver(
            Outcome outcome,
            long result,
            int nativeCode,
            boolean more,
            boolean truncated,
            @Nullable Object payload) {
        this.outcome = outcome;
        this.result = result;
        this.nativeCode = nativeCode;
        this.more = more;
        this.truncated = truncated;
        this.payload = payload;
    }

    /**
     * Returns the result of a receive that brought several datagrams at once: the bytes, and above them the
     * size of each datagram but the last.
     *
     * @param segmentBytes 0 for a single datagram: the result is then the bytes alone
     */
    public static long coalesced(long bytes, int segmentBytes) {
        return (long) segmentBytes << Integer.SIZE | bytes;
    }

    /** Returns the size of each datagram but the last that a receive brought; its length for a single one. */
    public int receivedSegmentBytes() {
        int segmentBytes = (int) (result >>> Integer.SIZE);
        return segmentBytes == 0 ? (int) result : segmentBytes;
    }

    /** Returns the event's buffer, or null if it has none or it was taken. */
    public @Nullable PoolBuffer buffer() {
        return payload instanceof PoolBuffer buffer ? buffer : null;
    }

    /** Returns the event's accepted channel, or null if it has none or it was taken. */
    public @Nullable Channel accepted() {
        return payload instanceof Channel accepted ? accepted : null;
    }

    public boolean hasPayload() {
        return payload != null;
    }

    /** Notes that the event's payload was taken, or belongs to the submission before. */
    public void clearPayload() {
        payload = null;
    }

    // ---- what not every request needs ------------------------------------------------------------

    static final class Extra {
        long address;
        long length;
        int segmentBytes;
        long progress;
        long timeoutNanos;
        long deadlineNanos = NO_DEADLINE;
        int timerIndex = -1;
        int zeroCopyResult;

        @Nullable
        RawAddress peer;

        /** Where a RECEIVE_FROM writes what options ask for. */
        @Nullable
        DatagramDetails details;

        /** The address from which a SEND_TO sends. */
        @Nullable
        RawAddress source;

        @Nullable
        BufferVector vector;

        @Nullable
        FileRange file;

        /** Keeps the memory from being freed while the request is pending, or null. */
        @Nullable
        Object memoryHolder;
    }

    private Extra extra() {
        Extra present = extra;
        if (present == null) {
            present = new Extra();
            extra = present;
        }
        return present;
    }

    /** Returns the peer of CONNECT and SEND_TO, or where RECEIVE_FROM without the pool writes its source. */
    public RawAddress peer() {
        RawAddress present = extra().peer;
        assert present != null : kind + " has no address";
        return present;
    }

    public void peer(RawAddress peer) {
        extra().peer = peer;
    }

    /** Returns where a RECEIVE_FROM writes what options ask for. */
    public DatagramDetails details() {
        DatagramDetails present = extra().details;
        assert present != null : kind + " has no details";
        return present;
    }

    public void details(DatagramDetails details) {
        extra().details = details;
    }

    /** Returns the address from which a SEND_TO sends, or null for the kernel's choice. */
    public @Nullable RawAddress source() {
        Extra present = extra;
        return present == null ? null : present.source;
    }

    public void source(@Nullable RawAddress source) {
        extra().source = source;
    }

    /** Returns true if a send of datagrams needs a control message: for segments, or for its source. */
    public boolean sendsControl() {
        return isSegmented() || source() != null;
    }

    /** Returns the pieces of a SEND_VECTORED. */
    public BufferVector vector() {
        BufferVector present = extra().vector;
        assert present != null : kind + " has no pieces";
        return present;
    }

    public void vector(BufferVector vector) {
        extra().vector = vector;
    }

    /** Returns where the bytes of a SEND_FILE come from; {@link #length} is their number. */
    public FileRange file() {
        FileRange present = extra().file;
        assert present != null : kind + " has no file";
        return present;
    }

    public void file(FileRange file) {
        extra().file = file;
    }

    /** Returns the address of the bytes, 0 for a pooled receive. */
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

    /** Returns the size of the datagrams into which a send is cut, or 0 for one datagram. */
    public int segmentBytes() {
        Extra present = extra;
        return present == null ? 0 : present.segmentBytes;
    }

    public void segmentBytes(int bytes) {
        extra().segmentBytes = bytes;
    }

    /** Returns true if a send takes more than one datagram. */
    public boolean isSegmented() {
        Extra present = extra;
        return present != null && present.segmentBytes > 0
                && present.length > present.segmentBytes;
    }

    /** Returns what keeps the memory from being freed while the request is pending, or null. */
    public @Nullable Object memoryHolder() {
        Extra present = extra;
        return present == null ? null : present.memoryHolder;
    }

    public void memoryHolder(@Nullable Object holder) {
        if (extra != null || holder != null) {
            extra().memoryHolder = holder;
        }
    }

    /** Returns how many bytes a send moved that the kernel takes in parts. Written by the backend. */
    public long progress() {
        Extra present = extra;
        return present == null ? 0 : present.progress;
    }

    public void progress(long bytes) {
        if (extra != null || bytes != 0) {
            extra().progress = bytes;
        }
    }

    /**
     * Returns the result of a zero-copy send whose memory the kernel still reads: bytes, or the
     * negative code. Written by the backend.
     */
    public int zeroCopyResult() {
        return extra().zeroCopyResult;
    }

    public void zeroCopyResult(int result) {
        extra().zeroCopyResult = result;
    }

    // ---- time --------------------------------------------------------------------------------

    /** Returns the {@link System#nanoTime} at which it is cancelled, or {@link #NO_DEADLINE}. */
    @Override
    public long deadlineNanos() {
        Extra present = extra;
        return present == null ? NO_DEADLINE : present.deadlineNanos;
    }

    public void deadlineNanos(long nanos) {
        if (extra != null || nanos != NO_DEADLINE) {
            extra().deadlineNanos = nanos;
        }
    }

    /** Returns the time from each submission to its deadline, or 0 for none. */
    public long timeoutNanos() {
        Extra present = extra;
        return present == null ? 0 : present.timeoutNanos;
    }

    public void timeoutNanos(long nanos) {
        if (extra != null || nanos != 0) {
            extra().timeoutNanos = nanos;
        }
    }

    /** Returns its index in the heap of deadlines, which alone sets it; -1 if it is not there. */
    @Override
    public int timerIndex() {
        Extra present = extra;
        return present == null ? -1 : present.timerIndex;
    }

    @Override
    public void timerIndex(int index) {
        extra().timerIndex = index;
    }

    @Override
    public String toString() {
        return kind + "#" + slot + "[" + state + (channel == null ? "" : " of " + channel) + "]";
    }
}
