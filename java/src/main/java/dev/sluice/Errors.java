package dev.sluice;

import dev.sluice.internal.engine.Submission;
import dev.sluice.internal.engine.Tasks;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.PortSettings;
import dev.sluice.internal.spi.WaitFailure;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the exceptions of a port. Each message names the call and its subject, then the cause with
 * its value, then the remedy.
 */
final class Errors {
    private static final Duration SHORTEST_STALL = Duration.ofMillis(1);

    private Errors() {}

    // ---- mistakes of the program -----------------------------------------------------------------

    /** A call of a thread that does not own the port; the remedy is what that thread can do. */
    static WrongThreadException ofAnotherThread(String action, Thread owner, String remedy) {
        return new WrongThreadException("cannot " + action + " on " + Thread.currentThread()
                + ": the port belongs to " + owner + "; " + remedy);
    }

    static IllegalArgumentException ofAnotherPort(String action) {
        return new IllegalArgumentException(
                "cannot " + action + ": it belongs to another port; call that port");
    }

    static IllegalArgumentException ofVirtualCarrier(Thread owner, Thread carrier) {
        return new IllegalArgumentException(
                "cannot hand over the port to " + owner + " on " + carrier
                        + ", which is a virtual thread: name the platform thread that carries it");
    }

    static IllegalStateException ofUsedPort(Thread owner) {
        return new IllegalStateException("cannot hand over the port: " + owner
                + " has used it; hand it over before its first submit or poll");
    }

    static IllegalStateException ofMissing(Operation<?> operation, String what, String remedy) {
        return new IllegalStateException("cannot submit " + operation + ": it has no " + what
                + ": call " + remedy + " first");
    }

    static IllegalStateException ofReleasedMemory(Operation<?> operation, PortMemory memory) {
        return new IllegalStateException("cannot submit " + operation + " with " + memory
                + ": call port.allocate() for new memory, and buffer() with it");
    }

    static IllegalStateException ofClosedFile(String action, NativeFile file) {
        return new IllegalStateException(
                "cannot " + action + " " + file + ": open it again with NativeFile.open()");
    }

    /** The wait of a poll. A negative time must not become a wait without end. */
    static long pollNanos(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException(
                    "poll for " + timeout + ": use zero or more, or poll(FOREVER)");
        }
        return TimeUnit.NANOSECONDS.convert(timeout);
    }

    /** A threshold of stalls, for which the watchdog need not look all the time. */
    static long stallNanos(Duration threshold) {
        if (threshold.isNegative()
                || (!threshold.isZero() && threshold.compareTo(SHORTEST_STALL) < 0)) {
            throw new IllegalArgumentException("a stall threshold of " + threshold
                    + ": use 1 ms or more, or zero to watch nothing");
        }
        return TimeUnit.NANOSECONDS.convert(threshold);
    }

    // ---- limits --------------------------------------------------------------------------------

    static LimitExceededException ofSockets(int limit) {
        return new LimitExceededException("cannot open a socket: " + limit
                + " sockets are open; close some, or raise PortOptions.maxSockets");
    }

    static RejectedExecutionException ofTask(Tasks.Offer offer, int limit) {
        return new RejectedExecutionException(
                offer == Tasks.Offer.CLOSED
                        ? "cannot execute a task: the port is closed"
                        : "cannot execute a task: " + limit + " tasks wait, the port's thread is"
                                + " behind; retry later, or raise PortOptions.maxTasks");
    }

    static RuntimeException of(
            Submission submission, Operation<?> operation, PortSettings settings) {
        String what = "cannot submit " + operation + ": ";
        return switch (submission) {
            case NO_SLOT ->
                new LimitExceededException(what + settings.maxOperations()
                        + " operations are in flight; wait for events, or raise"
                        + " PortOptions.maxOperations");
            case SOCKET_CLOSED ->
                new IllegalStateException(what
                        + "a close of its socket was submitted; ask NativeSocket.isOpen() first");
            case SOCKET_SPENT ->
                new IllegalStateException(what
                        + "its connect failed before; close it and connect a new socket");
            case PORT_CLOSED ->
                new IllegalStateException(what + "the port is closed; open another one");
            case PORT_FAILED ->
                new PortFailedException(
                        what + "the port failed; close it, and open another one", null);
            case ACCEPTED -> throw new AssertionError("an accepted submission is no error");
        };
    }

    // ---- failures of the kernel ------------------------------------------------------------------

    static SystemCallException of(String what, NativeFailure failure) {
        return new SystemCallException(
                what + ": " + failure.getMessage(),
                Status.of(failure.outcome()),
                failure.nativeCode());
    }

    static PortFailedException ofFailedPort(@Nullable WaitFailure failure) {
        String why = failure == null ? "unknown" : failure.getMessage();
        return new PortFailedException(
                "the port failed (" + why + "): close it, and open another one", failure);
    }
}
