package dev.sluice;

import dev.sluice.internal.spi.PortSettings;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a {@link CompletionPort} and how it waits. Immutable: each method with a parameter
 * returns a copy in which that one option has the new value.
 *
 * <pre>{@code
 * PortOptions options = PortOptions.DEFAULT.backend(Backend.EPOLL).poolBuffers(4096);
 * }</pre>
 */
public final class PortOptions {
    private static final int GREATEST = 1 << 24;

    /** The best backend of this machine, sleeping waits, and room for some 60,000 connections. */
    public static final PortOptions DEFAULT = new PortOptions(new Draft());

    private final @Nullable Backend backend;
    private final WaitStrategy waitStrategy;
    private final int maxOperations;
    private final int maxSockets;
    private final int maxEventsPerPoll;
    private final int maxTurnsPerSocket;
    private final int poolBuffers;
    private final int poolBufferBytes;
    private final int maxTasks;
    private final long stallNanos;

    private PortOptions(Draft draft) {
        backend = draft.backend;
        waitStrategy = draft.waitStrategy;
        maxOperations = checked("maxOperations", draft.maxOperations, 1);
        maxSockets = checked("maxSockets", draft.maxSockets, 1);
        maxEventsPerPoll = checked("maxEventsPerPoll", draft.maxEventsPerPoll, 1);
        maxTurnsPerSocket = checked("maxTurnsPerSocket", draft.maxTurnsPerSocket, 1);
        poolBuffers = checked("poolBuffers", draft.poolBuffers, 1);
        poolBufferBytes = checked("poolBufferBytes", draft.poolBufferBytes, 16);
        maxTasks = checked("maxTasks", draft.maxTasks, 4);
        stallNanos = draft.stallNanos;
    }

    private static int checked(String name, int value, int least) {
        if (value < least || value > GREATEST) {
            throw new IllegalArgumentException(
                    name + " of " + value + ": use " + least + " to " + GREATEST);
        }
        return value;
    }

    private PortOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new PortOptions(draft);
    }

    /**
     * Returns the backend that was asked for.
     *
     * @return empty if the port takes the best that works here
     */
    public Optional<Backend> backend() {
        return Optional.ofNullable(backend);
    }

    /**
     * Asks for one backend. {@link CompletionPort#open(PortOptions)} then fails if that backend does
     * not work here; it never takes another one.
     *
     * @param backend the only backend to use
     * @return changed options
     */
    public PortOptions backend(Backend backend) {
        Objects.requireNonNull(backend, "backend");
        return with(draft -> draft.backend = backend);
    }

    /**
     * Returns what the port does when nothing is ready.
     *
     * @return {@link WaitStrategy#BLOCK} by default
     */
    public WaitStrategy waitStrategy() {
        return waitStrategy;
    }

    /**
     * Sets what the port does when nothing is ready.
     *
     * @param strategy sleep, spin, or both
     * @return changed options
     */
    public PortOptions waitStrategy(WaitStrategy strategy) {
        Objects.requireNonNull(strategy, "strategy");
        return with(draft -> draft.waitStrategy = strategy);
    }

    /**
     * Returns the greatest number of operations in flight.
     *
     * @return operations; 262,144 by default
     */
    public int maxOperations() {
        return maxOperations;
    }

    /**
     * Limits the operations in flight. A submission beyond the limit throws {@link
     * LimitExceededException}; a {@link Close} is never refused.
     *
     * @param operations 1 to 16,777,216
     * @return changed options
     * @throws IllegalArgumentException if the value is out of range
     */
    public PortOptions maxOperations(int operations) {
        return with(draft -> draft.maxOperations = operations);
    }

    /**
     * Returns the greatest number of open sockets.
     *
     * @return sockets; 65,536 by default
     */
    public int maxSockets() {
        return maxSockets;
    }

    /**
     * Limits the sockets that are open on the port. Beyond the limit {@link CompletionPort#socket}
     * throws {@link LimitExceededException}, and an {@link Accept} reports OUT_OF_DESCRIPTORS.
     *
     * @param sockets 1 to 16,777,216
     * @return changed options
     * @throws IllegalArgumentException if the value is out of range
     */
    public PortOptions maxSockets(int sockets) {
        return with(draft -> draft.maxSockets = sockets);
    }

    /**
     * Returns the greatest number of events that one poll delivers.
     *
     * @return events; 1,024 by default
     */
    public int maxEventsPerPoll() {
        return maxEventsPerPoll;
    }

    /**
     * Limits the events that one poll delivers. The next poll delivers the others.
     *
     * @param events 1 to 16,777,216
     * @return changed options
     * @throws IllegalArgumentException if the value is out of range
     */
    public PortOptions maxEventsPerPoll(int events) {
        return with(draft -> draft.maxEventsPerPoll = events);
    }

    /**
     * Returns the greatest number of receives or accepts of one socket in one poll.
     *
     * @return turns; 16 by default
     */
    public int maxTurnsPerSocket() {
        return maxTurnsPerSocket;
    }

    /**
     * Limits the receives or accepts of one socket in one poll, so that a busy socket does not starve
     * the others.
     *
     * @param turns 1 to 16,777,216
     * @return changed options
     * @throws IllegalArgumentException if the value is out of range
     */
    public PortOptions maxTurnsPerSocket(int turns) {
        return with(draft -> draft.maxTurnsPerSocket = turns);
    }

    /**
     * Returns the number of buffers in the port's pool.
     *
     * @return buffers; 1,024 by default
     */
    public int poolBuffers() {
        return poolBuffers;
    }

    /**
     * Sets the number of buffers in the port's pool. The operating system provides the memory page by
     * page, when a buffer is first used.
     *
     * @param buffers 1 to 16,777,216
     * @return changed options
     * @throws IllegalArgumentException if the value is out of range
     */
    public PortOptions poolBuffers(int buffers) {
        return with(draft -> draft.poolBuffers = buffers);
    }

    /**
     * Returns the size of each buffer in the port's pool.
     *
     * @return bytes; 16,384 by default
     */
    public int poolBufferBytes() {
        return poolBufferBytes;
    }

    /**
     * Sets the size of each buffer in the port's pool.
     *
     * @param bytes 16 to 16,777,216
     * @return changed options
     * @throws IllegalArgumentException if the value is out of range
     */
    public PortOptions poolBufferBytes(int bytes) {
        return with(draft -> draft.poolBufferBytes = bytes);
    }

    /**
     * Returns the greatest number of waiting tasks.
     *
     * @return tasks; 65,536 by default
     */
    public int maxTasks() {
        return maxTasks;
    }

    /**
     * Limits the tasks that wait for the port's thread. {@link CompletionPort#execute} beyond the
     * limit throws {@link java.util.concurrent.RejectedExecutionException}.
     *
     * @param tasks 4 to 16,777,216; rounded up to a power of two
     * @return changed options
     * @throws IllegalArgumentException if the value is out of range
     */
    public PortOptions maxTasks(int tasks) {
        return with(draft -> draft.maxTasks = tasks);
    }

    /**
     * Returns the time from which on a handler or task counts as a stall.
     *
     * @return zero by default: nothing watches
     */
    public Duration stallThreshold() {
        return Duration.ofNanos(stallNanos);
    }

    /**
     * Reports handlers and tasks that run for longer than a threshold, while they run and each once: by
     * a warning of the logger {@code dev.sluice.stalls} with the stack of the port's thread, and by the
     * event {@code dev.sluice.Stall} of JDK Flight Recorder. A report comes up to a quarter of the
     * threshold late. One thread looks at all ports, four times in each threshold; it costs the port's
     * thread nothing.
     *
     * @param threshold 1 ms or more; zero to watch nothing
     * @return changed options
     * @throws IllegalArgumentException if the threshold is negative, or more than zero and less than 1 ms
     */
    public PortOptions stallThreshold(Duration threshold) {
        long nanos = Errors.stallNanos(threshold);
        return with(draft -> draft.stallNanos = nanos);
    }

    long stallNanos() {
        return stallNanos;
    }

    PortSettings settings() {
        return new PortSettings(
                maxOperations,
                maxSockets,
                maxEventsPerPoll,
                maxTurnsPerSocket,
                poolBuffers,
                poolBufferBytes,
                waitStrategy.spins,
                maxTasks);
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof PortOptions other
                && backend == other.backend
                && waitStrategy.equals(other.waitStrategy)
                && stallNanos == other.stallNanos
                && settings().equals(other.settings());
    }

    @Override
    public int hashCode() {
        return Objects.hash(backend, settings());
    }

    /** Every option with its value. */
    @Override
    public String toString() {
        return "PortOptions[backend=" + (backend == null ? "any" : backend)
                + ", waitStrategy=" + waitStrategy
                + ", maxOperations=" + maxOperations
                + ", maxSockets=" + maxSockets
                + ", maxEventsPerPoll=" + maxEventsPerPoll
                + ", maxTurnsPerSocket=" + maxTurnsPerSocket
                + ", poolBuffers=" + poolBuffers
                + ", poolBufferBytes=" + poolBufferBytes
                + ", maxTasks=" + maxTasks
                + ", stallThreshold=" + stallThreshold() + "]";
    }

    /** The values of a copy before they are checked: the defaults, or those of other options. */
    private static final class Draft {
        private @Nullable Backend backend;
        private WaitStrategy waitStrategy = WaitStrategy.BLOCK;
        private int maxOperations = 262_144;
        private int maxSockets = 65_536;
        private int maxEventsPerPoll = 1024;
        private int maxTurnsPerSocket = 16;
        private int poolBuffers = 1024;
        private int poolBufferBytes = 16 * 1024;
        private int maxTasks = 65_536;
        private long stallNanos;

        Draft() {}

        Draft(PortOptions from) {
            backend = from.backend;
            waitStrategy = from.waitStrategy;
            maxOperations = from.maxOperations;
            maxSockets = from.maxSockets;
            maxEventsPerPoll = from.maxEventsPerPoll;
            maxTurnsPerSocket = from.maxTurnsPerSocket;
            poolBuffers = from.poolBuffers;
            poolBufferBytes = from.poolBufferBytes;
            maxTasks = from.maxTasks;
            stallNanos = from.stallNanos;
        }
    }
}
