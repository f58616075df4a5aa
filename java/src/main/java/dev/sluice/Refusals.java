package dev.sluice;

import dev.sluice.internal.engine.Submission;
import dev.sluice.internal.engine.Tasks;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.PortSettings;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.WaitFailure;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Why a submission was refused, and what helps. */
final class Refusals {
    private Refusals() {}

    /** Refuses what only the owner may do; the remedy is what another thread can do instead. */
    static WrongThreadException ofAnotherThread(String action, Thread owner, String remedy) {
        return new WrongThreadException("cannot " + action + " on " + Thread.currentThread()
                + ": the port belongs to " + owner + "; " + remedy);
    }

    /** Refuses an operation, and one that it aims at, if they are the business of another port. */
    static void ofAnotherPort(CompletionPort port, Operation<?> operation, String action) {
        NativeSocket socket = operation.socket();
        if (socket != null && socket.port() != port) {
            throw new IllegalArgumentException(
                    "cannot " + action + " " + operation + ": its socket belongs to another port");
        }
        Request aim = operation instanceof Cancel ? operation.request.target() : operation.request;
        // A timer has no socket: while it is pending its port alone knows it.
        if (aim != null && aim.channel == null && aim.isPending() && !port.engine().holds(aim)) {
            throw new IllegalArgumentException(
                    "cannot " + action + " " + operation + ": it is pending on another port");
        }
    }

    /** Refuses a carrier that is itself carried. */
    static void ofCarrier(Thread owner, Thread carrier) {
        if (carrier.isVirtual()) {
            throw new IllegalArgumentException("cannot hand over the port to " + owner + " on "
                    + carrier
                    + ", which is a virtual thread: name the platform thread that carries it");
        }
    }

    static IllegalStateException ofUsed(Thread owner) {
        return new IllegalStateException(
                "cannot hand over the port: " + owner + " has used it; hand it over before its"
                        + " first use");
    }

    static LimitExceededException ofSocket(int limit) {
        return new LimitExceededException(
                limit + " sockets are open on the port (PortOptions.maxSockets)");
    }

    /** Nanoseconds below zero mean without end, which the rest of a time must not become. */
    static long pollNanos(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException(
                    "poll for " + timeout + ": use zero or more, or poll(FOREVER)");
        }
        return TimeUnit.NANOSECONDS.convert(timeout);
    }

    static SystemCallException of(String what, NativeFailure failure) {
        return new SystemCallException(
                what + ": " + failure.getMessage(),
                Status.of(failure.outcome()),
                failure.nativeCode());
    }

    static PortFailedException ofFailed(@Nullable WaitFailure failure) {
        String why = failure == null ? "unknown" : failure.getMessage();
        return new PortFailedException(
                "the port failed (" + why + "): close it, and open another one", failure);
    }

    static RejectedExecutionException ofTask(Tasks.Offer offer, int limit) {
        return new RejectedExecutionException(
                offer == Tasks.Offer.CLOSED
                        ? "execute: the port is closed"
                        : "execute: " + limit + " tasks wait (PortOptions.maxTasks): the port's"
                                + " thread is behind");
    }

    static RuntimeException of(
            Submission submission, Operation<?> operation, PortSettings settings) {
        String what = "cannot submit " + operation;
        return switch (submission) {
            case NO_SLOT ->
                new LimitExceededException(
                        what
                                + ": "
                                + settings.maxOperations()
                                + " operations are in flight (PortOptions.maxOperations)");
            case SOCKET_CLOSED ->
                new IllegalStateException(
                        what + ": a close of its socket was submitted; ask NativeSocket.isOpen() first");
            case SOCKET_SPENT ->
                new IllegalStateException(
                        what + ": its connect failed before; close it and connect a new socket");
            case PORT_CLOSED -> new IllegalStateException(what + ": the port is closed");
            case PORT_FAILED -> new PortFailedException(what + ": the port failed: close it", null);
            case ACCEPTED -> throw new AssertionError("an accepted submission is no refusal");
        };
    }
}
