package dev.sluice.conformance;

import dev.sluice.CompletionPort;
import dev.sluice.Operation;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Drives one port on the test's thread: submits, polls until something holds, and remembers every
 * event. Nothing here sleeps; each wait is a poll of the port with a limit, which is so generous
 * that only a broken run reaches it.
 *
 * <p>Operations submitted here get the loop's handler. A test that wants a handler of its own
 * submits to {@link #port} directly and counts for itself.
 */
final class Loop {
    /** How long anything may take that should happen at once. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final long SLICE_NANOS = Duration.ofMillis(5).toNanos();

    private static final long SHARED_SLICE_NANOS = 200_000;

    private final CompletionPort port;
    private final Events events = new Events();
    private final int poolBuffers;

    /** Another loop of the same thread that gets its turns while this one waits. */
    private @Nullable Loop companion;

    Loop(CompletionPort port) {
        this.port = port;
        this.poolBuffers = port.availableBuffers();
    }

    /** Polls another loop of this thread too whenever this one waits for something. */
    void alongside(Loop other) {
        companion = other;
    }

    CompletionPort port() {
        return port;
    }

    Events events() {
        return events;
    }

    /** How many buffers the pool has when all are there. */
    int poolBuffers() {
        return poolBuffers;
    }

    /** Submits; the event comes from a later poll. */
    <O extends Operation<O>> O submit(O operation) {
        operation.onCompletion(events::record);
        events.submitting();
        try {
            port.submit(operation);
        } catch (RuntimeException refusal) {
            events.refused();
            throw refusal;
        }
        events.submitted(operation);
        return operation;
    }

    /** Submits and waits for the terminal event. */
    <O extends Operation<O>> Event run(O operation) {
        submit(operation);
        return await(operation);
    }

    /** Waits for the terminal event of the latest submission. */
    Event await(Operation<?> operation) {
        return await(operation, LIMIT);
    }

    Event await(Operation<?> operation, Duration limit) {
        until(limit, "the end of " + operation, () -> events.isAnswered(operation));
        return events.lastOf(operation);
    }

    /** Waits for what another thread does, polling the port meanwhile. */
    <T> T await(Future<T> future) {
        return await(future, LIMIT);
    }

    <T> T await(Future<T> future, Duration limit) {
        until(limit, "another thread", future::isDone);
        try {
            return future.get();
        } catch (ExecutionException failure) {
            throw new AssertionError("the other thread failed", failure.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** Polls until the condition holds. */
    void until(String what, BooleanSupplier condition) {
        until(LIMIT, what, condition);
    }

    /** Polls until the condition holds; fails with the events so far when the limit is over. */
    void until(Duration limit, String what, BooleanSupplier condition) {
        long endNanos = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - endNanos > 0) {
                throw new AssertionError(
                        "timed out after " + limit + " waiting for " + what
                                + "; events: " + events.all());
            }
            port.poll(companion == null ? SLICE_NANOS : SHARED_SLICE_NANOS);
            if (companion != null) {
                companion.port.poll(0);
            }
        }
    }

    /**
     * Polls for a fixed time, to see that nothing comes, or not too much.
     *
     * @return how many events came
     */
    int pollFor(Duration time) {
        long endNanos = System.nanoTime() + time.toNanos();
        int count = 0;
        long left = time.toNanos();
        while (left > 0) {
            count += port.poll(left);
            left = endNanos - System.nanoTime();
        }
        return count;
    }
}
