package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.ChannelTable;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.SlotTable;
import dev.sluice.internal.spi.WaitFailure;
import java.lang.foreign.Arena;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of a port: everything is cancelled, every event is delivered, and memory is freed only when
 * the kernel no longer uses any of it.
 */
public final class PortEnd {
    private final Requests requests;
    private final Backend backend;
    private final SlotTable slots;
    private final ChannelTable channels;
    private final Tasks tasks;
    private final WaitLoop waits;
    private final EventDispatcher dispatcher;
    private final SocketCloser closer;
    private final Arena arena;
    private boolean failedHere;

    PortEnd(
            Requests requests,
            Tasks tasks,
            WaitLoop waits,
            EventDispatcher dispatcher,
            SocketCloser closer,
            Arena arena) {
        this.requests = requests;
        this.backend = requests.backend;
        this.slots = requests.slots;
        this.channels = requests.channels;
        this.tasks = tasks;
        this.waits = waits;
        this.dispatcher = dispatcher;
        this.closer = closer;
        this.arena = arena;
    }

    /**
     * Refuses everything new and cancels everything; {@link #next} returns the events. Tasks that were
     * accepted before run first and may still submit.
     *
     * @param failures receives what the tasks threw
     */
    public void begin(Consumer<Throwable> failures) {
        tasks.refuseTasks();
        tasks.runAllAtEnd(failures);
        requests.refuse();
        for (int slot = 0; slot < slots.end(); slot++) {
            Request request = slots.at(slot);
            if (request != null) {
                requests.cancel(request, Outcome.CLOSED_LOCALLY);
            }
        }
    }

    /**
     * Returns the next event of a closing port, or null once every request has ended.
     */
    public @Nullable Request next() {
        while (true) {
            Request request = dispatcher.nextAtEnd();
            if (request != null) {
                noteSent(request);
                return request;
            }
            if (slots.count() == 0) {
                return null;
            }
            if (waits.failure() != null) {
                tasks.runReports();
                endWithoutKernel();
            } else if (!backend.step()) {
                awaitKernel();
                tasks.runReports();
            }
        }
    }

    private void awaitKernel() {
        try {
            waits.await(-1);
        } catch (WaitFailure failure) {
            failedHere = true;
        }
    }

    /** Returns true if the kernel failed for good here, and not in a poll before. */
    public boolean failedHere() {
        return failedHere;
    }

    /** Ends what the backend still has; each CLOSE only once nothing else is left. */
    private void endWithoutKernel() {
        backend.forgetKernel();
        boolean closesAlone = true;
        for (int slot = 0; slot < slots.end(); slot++) {
            Request request = slots.at(slot);
            if (request != null && isHeld(request) && request.kind != RequestKind.CLOSE) {
                closesAlone = false;
                requests.complete(request, Outcome.CANCELLED, request.progress(), 0);
            }
        }
        for (int slot = 0; closesAlone && slot < slots.end(); slot++) {
            Request close = slots.at(slot);
            if (close != null && isHeld(close)) {
                requests.complete(close, Outcome.OK, 0, 0);
            }
        }
    }

    private static boolean isHeld(Request request) {
        return request.state == Request.State.STARTED;
    }

    private void noteSent(Request request) {
        boolean sends = request.kind == RequestKind.SEND
                || request.kind == RequestKind.SEND_VECTORED
                || request.kind == RequestKind.SEND_FILE;
        boolean whole = request.outcome == Outcome.OK && request.result >= request.length();
        Channel channel = sends && !whole ? request.channel() : null;
        // A send after a shutdown of our own was never a part of the stream.
        boolean late = channel != null && channel.sendShut
                && request.outcome == Outcome.BROKEN_PIPE;
        if (channel != null && !late && channel.stream && channel.closing == null) {
            channel.sendTruncated = true;
        }
    }

    /** Closes every descriptor and frees all memory. Call it after {@link #next} returned null. */
    public void finish() {
        assert slots.count() == 0 : "operations are in flight";
        boolean failed = waits.failure() != null;
        for (int index = 0; index < channels.end(); index++) {
            Channel channel = channels.at(index);
            if (channel != null) {
                // The state of a failed port is unknown: no peer may take a part for the whole.
                channel.sendTruncated |= failed && channel.stream && channel.closing == null;
                closer.discard(channel);
            }
        }
        tasks.refuseWakeups();
        waits.close();
        if (!failed) {
            backend.close();
            arena.close();
        } else if (backend.closeFailed()) {
            arena.close();
        }
    }
}
