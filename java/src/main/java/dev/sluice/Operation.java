package dev.sluice;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.EarlyClasses;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request that a {@link CompletionPort} carries out. It is made once and may be submitted again
 * for ever, each time its previous submission has ended; submitting allocates nothing.
 *
 * <p>Every accepted submission gets exactly one terminal event. Multishot operations ({@link Accept},
 * {@link Receive}, {@link Poll}) get further events before it, on which {@link #hasMore()} is true.
 * Until the terminal event the kernel owns the operation's memory.
 *
 * <p>All methods belong to the port's thread.
 *
 * @param <O> the operation itself, so that settings can be chained
 */
public abstract sealed class Operation<O extends Operation<O>>
        permits Accept,
        Cancel,
        Close,
        Connect,
        Disconnect,
        Poll,
        Receive,
        ReceiveFrom,
        Send,
        SendTo,
        SendVectored,
        Shutdown,
        Delay {
    static {
        EarlyClasses.load(Status.class, PooledBuffer.class, Close.class, CloseMode.class,
                Failures.class, Refusals.class);
    }

    final Request request;
    private @Nullable CompletionHandler<? super O> handler;
    private @Nullable Object attachment;

    Operation(RequestKind kind, @Nullable NativeSocket socket) {
        if (socket == null && kind != RequestKind.DELAY && kind != RequestKind.CANCEL) {
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

    /** Checks what is asked, just before it is submitted; throws what names the mistake. */
    void check() {}

    /**
     * Sets who receives this operation's events. Without a handler they go to the one given to
     * {@link CompletionPort#poll(CompletionHandler, long)}.
     *
     * @param handler called on the port's thread, from within poll
     * @return this operation
     */
    public O onCompletion(CompletionHandler<? super O> handler) {
        this.handler = Objects.requireNonNull(handler, "handler");
        return self();
    }

    /**
     * Keeps an object of the user's with this operation.
     *
     * @param attachment anything, or null
     * @return this operation
     */
    public O attach(@Nullable Object attachment) {
        this.attachment = attachment;
        return self();
    }

    /**
     * The object that {@link #attach} kept.
     *
     * @return null if there is none
     */
    public @Nullable Object attachment() {
        return attachment;
    }

    /**
     * Lets each submission end with {@link Status#DEADLINE} if it has not ended within this time. A
     * transfer that had moved bytes ends with {@link Status#OK} and their number instead.
     *
     * @param timeout from submission to deadline; zero for no deadline
     * @return this operation
     */
    public O timeout(Duration timeout) {
        return timeoutNanos(TimeUnit.NANOSECONDS.convert(timeout));
    }

    /**
     * As {@link #timeout}, in nanoseconds.
     *
     * @param timeoutNanos from submission to deadline; 0 for no deadline
     * @return this operation
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
     * Whether it was submitted and its terminal event was not yet delivered.
     *
     * @return false if it may be submitted
     */
    public boolean isPending() {
        return request.isPending();
    }

    /**
     * Whether further events of this submission follow the present one.
     *
     * @return false on a terminal event
     */
    public boolean hasMore() {
        return request.more;
    }

    /**
     * How it ended. An event that has more is {@link Status#OK}, except that a multishot {@link
     * Accept} reports failures and retries.
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

    /** Whether what the request says is of an event. */
    boolean hadEvent() {
        return request.outcome != null;
    }

    /**
     * Whether the latest event is a success.
     *
     * @return true for {@link Status#OK}; false before the first event
     */
    public boolean isOk() {
        return hadEvent() && request.outcome == Outcome.OK;
    }

    /**
     * The system's code behind the status: errno on Linux, NTSTATUS or WSA code on Windows.
     *
     * @return 0 if there was none
     */
    public int nativeCode() {
        return request.nativeCode;
    }

    /**
     * The socket that it works on.
     *
     * @return null for a {@link Delay}, and for a {@link Cancel} of a delay
     */
    public @Nullable NativeSocket socket() {
        Channel channel = request.channel;
        return channel == null ? null : (NativeSocket) channel.owner;
    }

    /**
     * The latest event as an exception, for those who would rather throw.
     *
     * @return names the operation, its addresses and the cause
     * @throws IllegalStateException if it succeeded, or before the first event
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
            text.append(" (").append(socket.port().engine().backend().describe(nativeCode()));
            text.append(')');
        }
        return text.toString();
    }

    /** What it aims at beside its socket, for messages; starts with a space. */
    String describeTarget() {
        return "";
    }

    String kindName() {
        return request.kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        NativeSocket socket = socket();
        String on = socket == null ? "" : " of " + socket;
        String state = isPending() ? "pending" : hadEvent() ? status().name() : "not submitted";
        return kindName() + on + " (" + state + ")";
    }

    // ---- for the port ------------------------------------------------------------------------

    /** Lets its next submissions be on another socket of the same port. */
    final O aim(NativeSocket other) {
        requireIdle("change the socket of");
        NativeSocket present = socket();
        assert present != null : "only operations on a socket are aimed at another";
        if (other.port() != present.port()) {
            throw new IllegalArgumentException(
                    "cannot aim a " + kindName() + " of one port at a socket of another: make an"
                            + " operation for each port");
        }
        request.channel = other.channel;
        return self();
    }

    final void requireIdle(String action) {
        if (request.isPending()) {
            throw new IllegalStateException(
                    "cannot "
                            + action
                            + " a pending "
                            + kindName()
                            + ": wait for its event, or cancel it first");
        }
    }

    static Operation<?> of(Request request) {
        return (Operation<?>) request.owner;
    }

    /** Turns the timeout into a deadline. */
    void prepare() {
        long timeoutNanos = request.timeoutNanos();
        boolean endless = timeoutNanos == 0 || timeoutNanos > Long.MAX_VALUE / 4;
        request.deadlineNanos(endless ? Request.NO_DEADLINE : System.nanoTime() + timeoutNanos);
    }

    /** Without any handler, what the event brought stays here until the next submission. */
    final void deliver(@Nullable CompletionHandler<? super Operation<?>> fallback) {
        CompletionHandler<? super O> own = handler;
        try {
            if (own != null) {
                own.completed(self());
            } else if (fallback != null) {
                fallback.completed(this);
            }
        } finally {
            if (request.hasPayload() && (own != null || fallback != null)) {
                unclaimed();
            } else if (request.hasPayload()) {
                keep();
            }
        }
    }

    /** Nobody was called to take what the event brought: it stays here until it is asked for. */
    void keep() {}

    /** Gives back what the latest event brought and nobody took. */
    void unclaimed() {}
}
