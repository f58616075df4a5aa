package dev.sluice;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.EarlyClasses;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a {@link CompletionPort} for one thing, such as a receive. An operation is made once and may be
 * submitted any number of times, each time after its previous submission has ended. Submitting
 * allocates nothing.
 *
 * <p>Every accepted submission gets exactly one terminal event. A multishot operation ({@link Accept},
 * {@link Receive}, {@link ReceiveFrom}, {@link Readiness}) gets further events before it, on which {@link #hasMore()} is
 * true. The kernel owns the operation's memory until the terminal event.
 *
 * <p>All methods belong to the port's thread.
 *
 * @param <O> the operation itself, so that settings can be chained
 */
public abstract sealed class Operation<O extends Operation<O>>
        permits Accept,
        Close,
        Connect,
        Disconnect,
        Readiness,
        Receive,
        ReceiveFrom,
        Send,
        SendFile,
        SendTo,
        SendVectored,
        Shutdown,
        Delay {
    static {
        EarlyClasses.load(Status.class, PooledBuffer.class, Close.class, CloseMode.class,
                Failures.class, Errors.class);
    }

    /** The longest time-out that a deadline can express: some 73 years. */
    private static final long LONGEST_NANOS = Long.MAX_VALUE / 4;

    final Request request;
    private @Nullable EventHandler<? super O> handler;
    private @Nullable Object attachment;

    Operation(RequestKind kind, @Nullable NativeSocket socket) {
        if (socket == null && kind != RequestKind.DELAY) {
            throw new NullPointerException("socket");
        }
        this.request = new Request(kind, this);
        if (socket != null) {
            request.channel = socket.channel;
        }
    }

    /** This operation in its own type: each kind names itself as {@code O}. */
    @SuppressWarnings("unchecked")
    final O self() {
        return (O) this;
    }

    /**
     * Sets the handler of this operation's events. Without one they go to the handler of the port,
     * see {@link CompletionPort#onCompletion}.
     *
     * @param handler called on the port's thread, from within poll
     * @return this operation
     */
    public O onCompletion(EventHandler<? super O> handler) {
        this.handler = Objects.requireNonNull(handler, "handler");
        return self();
    }

    /**
     * Keeps an object for the program, such as the connection that the operation works for.
     *
     * @param attachment any object, or null for none
     * @return this operation
     */
    public O attach(@Nullable Object attachment) {
        this.attachment = attachment;
        return self();
    }

    /**
     * Returns the object that {@link #attach} kept.
     *
     * @return null if there is none
     */
    public @Nullable Object attachment() {
        return attachment;
    }

    /**
     * Ends each submission with {@link Status#DEADLINE} if it has not ended within this time. A
     * transfer that had moved bytes ends with {@link Status#OK} and their number instead.
     *
     * @param timeout from submission to deadline; zero for no deadline
     * @return this operation
     * @throws IllegalStateException if the operation is pending; {@link CompletionPort#moveDeadline}
     *     works then
     */
    public O timeout(Duration timeout) {
        return timeoutNanos(TimeUnit.NANOSECONDS.convert(timeout));
    }

    /**
     * Sets what {@link #timeout} sets, without a {@link Duration}.
     *
     * @param timeoutNanos nanoseconds from submission to deadline; 0 for no deadline
     * @return this operation
     * @throws IllegalStateException if the operation is pending
     */
    public O timeoutNanos(long timeoutNanos) {
        if (timeoutNanos < 0) {
            throw new IllegalArgumentException(
                    "timeout of " + timeoutNanos + " ns: use 0 for none, or more");
        }
        requireIdle("set the timeout of");
        request.timeoutNanos(timeoutNanos);
        return self();
    }

    /**
     * Returns true from an accepted submission to the delivery of its terminal event.
     *
     * @return false if the operation may be submitted
     */
    public boolean isPending() {
        return request.isPending();
    }

    /**
     * Returns true if further events of the submission follow the latest one.
     *
     * @return false on a terminal event
     */
    public boolean hasMore() {
        return request.more;
    }

    /**
     * Returns how the operation ended. On an event that has more it is {@link Status#OK}, except that
     * a multishot {@link Accept} reports failures and retries.
     *
     * @return the status of the latest event
     * @throws IllegalStateException before the first event
     */
    public Status status() {
        Outcome known = request.outcome;
        if (known == null || !hadEvent()) {
            throw new IllegalStateException(this + " has had no event: there is no status yet");
        }
        return Status.of(known);
    }

    /** Whether the fields of the request are those of an event. */
    boolean hadEvent() {
        return request.outcome != null;
    }

    /**
     * Returns true if the latest event is a success.
     *
     * @return true for {@link Status#OK}; false before the first event
     */
    public boolean isOk() {
        return hadEvent() && request.outcome == Outcome.OK;
    }

    /**
     * Returns the kernel's error code behind the status: errno on Linux, an NTSTATUS or Winsock code
     * on Windows.
     *
     * @return 0 if there was none
     */
    public int nativeCode() {
        return request.nativeCode;
    }

    /**
     * Returns the socket that the operation works on.
     *
     * @return null for a {@link Delay}
     */
    public @Nullable NativeSocket socket() {
        Channel channel = request.channel;
        return channel == null ? null : (NativeSocket) channel.owner;
    }

    /**
     * Makes an exception of the latest event, for programs that prefer to throw.
     *
     * @return its message names the operation, its addresses and the cause
     * @throws IllegalStateException if the operation succeeded, or before the first event
     */
    public SystemCallException failure() {
        Status status = status();
        if (status == Status.OK) {
            throw new IllegalStateException(this + " succeeded: there is no failure");
        }
        return new SystemCallException(describeFailure(status), status, nativeCode());
    }

    private String describeFailure(Status status) {
        StringBuilder text = new StringBuilder(kindName());
        NativeSocket socket = socket();
        if (socket != null) {
            text.append(' ').append(socket.describe());
        }
        text.append(describeTarget()).append(": ").append(status);
        if (nativeCode() != 0 && socket != null) {
            text.append(" (").append(socket.port().engine().sockets().describe(nativeCode()));
            text.append(')');
        }
        boolean needsPeer = socket != null && !socket.type().isConnectionOriented();
        if (needsPeer && status == Status.NOT_CONNECTED) {
            text.append(": connect the socket first, or use SendTo");
        }
        return text.toString();
    }

    /** The address that the operation aims at, for messages; starts with a space. */
    String describeTarget() {
        return "";
    }

    /** The operation's name in messages. */
    String kindName() {
        return request.kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        NativeSocket socket = socket();
        String on = socket == null ? "" : " of " + socket;
        String state = isPending() ? "pending" : hadEvent() ? status().name() : "not submitted";
        return kindName() + on + " (" + state + ")";
    }

    // ---- its memory --------------------------------------------------------------------------

    /** Lets the kernel read this memory. */
    final void readFrom(MemorySegment buffer, String action) {
        requireIdle("change the buffer of");
        PortMemory memory = Memory.checkReadable(requireSocket(), buffer, action);
        request.memory(buffer.address(), buffer.byteSize());
        request.memoryHolder(memory);
    }

    /** Lets the kernel write into this memory. */
    final void writeInto(MemorySegment buffer, String action) {
        requireIdle("change the buffer of");
        PortMemory memory = Memory.checkWritable(requireSocket(), buffer, action);
        request.memory(buffer.address(), buffer.byteSize());
        request.memoryHolder(memory);
    }

    /** Keeps the memory from being freed while the operation is pending. */
    void holdMemory() {
        if (request.memoryHolder() instanceof PortMemory memory) {
            memory.hold();
        }
    }

    /** The operation is not pending any more: its memory may be freed. */
    void dropMemory() {
        if (request.memoryHolder() instanceof PortMemory memory) {
            memory.drop();
        }
    }

    // ---- for the port ------------------------------------------------------------------------

    /** Checks the settings before a submission; throws an exception that names the mistake. */
    void check() {
        if (request.memoryHolder() instanceof PortMemory memory && memory.isReleased()) {
            throw Errors.ofReleasedMemory(this, memory);
        }
    }

    /** Aims the next submissions at another socket of the same port. */
    final O aim(NativeSocket other) {
        requireIdle("change the socket of");
        if (other.port() != requireSocket().port()) {
            throw new IllegalArgumentException(
                    "cannot aim " + this + " at a socket of another port: make an operation for"
                            + " each port");
        }
        request.channel = other.channel;
        return self();
    }

    final NativeSocket requireSocket() {
        NativeSocket present = socket();
        assert present != null : "no socket: " + kindName();
        return present;
    }

    final void requireIdle(String action) {
        if (request.isPending()) {
            throw new IllegalStateException("cannot " + action + " a pending " + kindName()
                    + ": wait for its event, or cancel it first");
        }
    }

    /** Refuses an operation that works for another port. */
    final void requirePort(CompletionPort port, String action) {
        NativeSocket present = socket();
        // A timer has no socket: while it is pending only its port knows it.
        boolean foreign = present != null
                ? present.port() != port
                : request.isPending() && !port.engine().holds(request);
        if (foreign) {
            throw Errors.ofAnotherPort(action + " " + this);
        }
    }

    static Operation<?> of(Request request) {
        return (Operation<?>) request.owner;
    }

    /** Turns the timeout into a deadline. */
    void prepare() {
        long timeoutNanos = request.timeoutNanos();
        boolean endless = timeoutNanos == 0 || timeoutNanos > LONGEST_NANOS;
        request.deadlineNanos(endless ? Request.NO_DEADLINE : System.nanoTime() + timeoutNanos);
    }

    /** Calls the handler. Without one, the event's payload stays here until the next submission. */
    final void deliver(@Nullable EventHandler<? super Operation<?>> fallback) {
        if (!request.more) {
            dropMemory();
        }
        EventHandler<? super O> own = handler;
        try {
            if (own != null) {
                own.handle(self());
            } else if (fallback != null) {
                fallback.handle(this);
            }
        } finally {
            if (request.hasPayload() && (own != null || fallback != null)) {
                discardPayload();
            } else if (request.hasPayload()) {
                keepPayload();
            }
        }
    }

    /** No handler was called: the payload stays until the program takes it. */
    void keepPayload() {}

    /** Releases the buffer or the socket of the latest event, if no handler took it. */
    void discardPayload() {}
}
