package dev.sluice;

import dev.sluice.internal.engine.Engine;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.WaitFailure;
import org.jspecify.annotations.Nullable;

/** Delivers the events of one port, and closes the port after a handler that asked for it. */
final class EventLoop {
    private final CompletionPort port;
    private final Engine engine;

    /** Receives the events of operations that have no handler. */
    private @Nullable EventHandler<? super Operation<?>> handler;

    private boolean delivering;
    private boolean closeAsked;

    EventLoop(CompletionPort port, Engine engine) {
        this.port = port;
        this.engine = engine;
    }

    void handler(EventHandler<? super Operation<?>> handler) {
        this.handler = handler;
    }

    int poll(long timeoutNanos) {
        if (delivering) {
            throw new IllegalStateException(
                    "cannot poll from within a handler: return from the handler");
        }
        delivering = true;
        int count = 0;
        try {
            engine.beginPoll(timeoutNanos);
            Request request = closeAsked ? null : engine.nextEvent();
            while (request != null) {
                count++;
                deliver(request);
                request = closeAsked ? null : engine.nextEvent();
            }
        } catch (RuntimeException | Error failure) {
            endPoll();
            if (closeAsked) {
                Failures failures = new Failures();
                failures.add(failure);
                port.end(failures);
            }
            if (failure instanceof WaitFailure lasting) {
                throw Errors.ofFailedPort(lasting);
            }
            throw failure;
        }
        endPoll();
        if (closeAsked) {
            port.close();
        }
        return count;
    }

    private void endPoll() {
        delivering = false;
        engine.counters().endHandling();
    }

    void deliver(Request request) {
        Operation.of(request).deliver(handler);
    }

    /** Whether the port may close now; if not, it closes when the handler returns. */
    boolean mayClose() {
        closeAsked = delivering;
        return !delivering;
    }
}
