package dev.sluice;

import dev.sluice.internal.spi.PortSettings;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Limits and choices of a {@link CompletionPort}. Immutable; each method returns a changed copy.
 *
 * @param requestedBackend the backend to use, or empty for the best that works here
 * @param waitStrategy what the port does when nothing is ready
 * @param maxOperations operations that may be in flight
 * @param maxSockets sockets that may be open on the port
 * @param maxEventsPerPoll events that one poll delivers at the most
 * @param maxTurnsPerSocket receives or accepts of one socket in one poll, so that none starves
 * @param poolBuffers buffers in the port's pool
 * @param poolBufferBytes size of each of them
 * @param maxTasks tasks of other threads that may wait; rounded up to a power of two
 */
public record PortOptions(
        Optional<Backend> requestedBackend,
        WaitStrategy waitStrategy,
        int maxOperations,
        int maxSockets,
        int maxEventsPerPoll,
        int maxTurnsPerSocket,
        int poolBuffers,
        int poolBufferBytes,
        int maxTasks) {

    /** The best backend of this machine, sleeping waits, and room for some 60,000 connections. */
    public static final PortOptions DEFAULT =
            new PortOptions(
                    Optional.empty(),
                    WaitStrategy.BLOCK,
                    262_144,
                    65_536,
                    1024,
                    16,
                    1024,
                    16 * 1024,
                    65_536);

    private static final int MOST = 1 << 24;

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException names the setting, its value and its bounds
     */
    public PortOptions {
        check("maxOperations", maxOperations, 1);
        check("maxSockets", maxSockets, 1);
        check("maxEventsPerPoll", maxEventsPerPoll, 1);
        check("maxTurnsPerSocket", maxTurnsPerSocket, 1);
        check("poolBuffers", poolBuffers, 1);
        check("poolBufferBytes", poolBufferBytes, 16);
        check("maxTasks", maxTasks, 4);
    }

    private static void check(String name, int value, int least) {
        if (value < least || value > MOST) {
            throw new IllegalArgumentException(
                    name + " of " + value + ": use " + least + " to " + MOST);
        }
    }

    /**
     * Asks for one backend. Opening a port then fails where it cannot be had; it never falls back.
     *
     * @param backend the backend
     * @return changed options
     */
    public PortOptions backend(Backend backend) {
        return changed(draft -> draft.requestedBackend = Optional.of(backend));
    }

    /**
     * Chooses what the port does when nothing is ready.
     *
     * @param strategy the strategy
     * @return changed options
     */
    public PortOptions waitStrategy(WaitStrategy strategy) {
        return changed(draft -> draft.waitStrategy = strategy);
    }

    /**
     * Sets the limits of what may be open and in flight.
     *
     * @param operations operations in flight
     * @param sockets open sockets
     * @return changed options
     */
    public PortOptions limits(int operations, int sockets) {
        return changed(draft -> {
            draft.maxOperations = operations;
            draft.maxSockets = sockets;
        });
    }

    /**
     * Sets the size of the pool. Its memory is taken from the system page by page, as it is used.
     *
     * @param buffers how many
     * @param bufferBytes size of each
     * @return changed options
     */
    public PortOptions pool(int buffers, int bufferBytes) {
        return changed(draft -> {
            draft.poolBuffers = buffers;
            draft.poolBufferBytes = bufferBytes;
        });
    }

    /**
     * Sets how much one poll does.
     *
     * @param eventsPerPoll events that one poll delivers at the most
     * @param turnsPerSocket receives or accepts of one socket in one poll
     * @return changed options
     */
    public PortOptions fairness(int eventsPerPoll, int turnsPerSocket) {
        return changed(draft -> {
            draft.maxEventsPerPoll = eventsPerPoll;
            draft.maxTurnsPerSocket = turnsPerSocket;
        });
    }

    /**
     * Sets how many tasks of other threads may wait.
     *
     * @param tasks the most tasks; rounded up to a power of two
     * @return changed options
     */
    public PortOptions maxTasks(int tasks) {
        return changed(draft -> draft.maxTasks = tasks);
    }

    private PortOptions changed(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.options();
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

    /** The same settings while one of them is being changed. */
    private static final class Draft {
        private Optional<Backend> requestedBackend;
        private WaitStrategy waitStrategy;
        private int maxOperations;
        private int maxSockets;
        private int maxEventsPerPoll;
        private int maxTurnsPerSocket;
        private int poolBuffers;
        private int poolBufferBytes;
        private int maxTasks;

        Draft(PortOptions from) {
            requestedBackend = from.requestedBackend;
            waitStrategy = from.waitStrategy;
            maxOperations = from.maxOperations;
            maxSockets = from.maxSockets;
            maxEventsPerPoll = from.maxEventsPerPoll;
            maxTurnsPerSocket = from.maxTurnsPerSocket;
            poolBuffers = from.poolBuffers;
            poolBufferBytes = from.poolBufferBytes;
            maxTasks = from.maxTasks;
        }

        PortOptions options() {
            return new PortOptions(
                    requestedBackend,
                    waitStrategy,
                    maxOperations,
                    maxSockets,
                    maxEventsPerPoll,
                    maxTurnsPerSocket,
                    poolBuffers,
                    poolBufferBytes,
                    maxTasks);
        }
    }
}
