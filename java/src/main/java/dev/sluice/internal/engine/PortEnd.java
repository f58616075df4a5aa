package dev.sluice.internal.engine;

import dev.sluice.internal.spi.Backend;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.ChannelTable;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.SlotTable;
import dev.sluice.internal.spi.UseCount;
import dev.sluice.internal.spi.WaitFailure;
import java.lang.foreign.Arena;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of a port: everything is cancelled, every event is handed out, and memory is freed only
 * when the kernel has given all of it back.
 */
public final class PortEnd {
    private final Engine engine;
    private final Backend backend;
    private final Tasks tasks;
    private final WaitLoop waits;
    private final EventDispatcher dispatcher;
    private final SlotTable slots;
    private final ChannelTable channels;
    private final Arena arena;
    private boolean failedHere;

    PortEnd(
            Engine engine,
            Backend backend,
            Tasks tasks,
            WaitLoop waits,
            EventDispatcher dispatcher,
            SlotTable slots,
            ChannelTable channels,
            Arena arena) {
        this.engine = engine;
        this.backend = backend;
        this.tasks = tasks;
        this.waits = waits;
        this.dispatcher = dispatcher;
        this.slots = slots;
        this.channels = channels;
        this.arena = arena;
    }

    /**
     * Refuses everything new and cancels everything; events go on until {@link #next}. Tasks that
     * were accepted before run first and may still submit.
     *
     * @param failures takes what the tasks threw
     */
    public void begin(Consumer<Throwable> failures) {
        tasks.refuse();
        tasks.runAllAtEnd(failures);
        engine.refuseSubmissions();
        for (int slot = 0; slot < slots.end(); slot++) {
            Request request = slots.at(slot);
            if (request != null) {
                engine.cancel(request, Outcome.CLOSED_LOCALLY);
            }
        }
    }

    /**
     * The next event of a closing port; null when the kernel has given everything back, or cannot be
     * asked any more.
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

    /** Whether it was here that the kernel could not be asked any more, and not in a poll before. */
    public boolean failedHere() {
        return failedHere;
    }

    /** What the backend still holds ends all the same; a CLOSE when nothing else of it is left. */
    private void endWithoutKernel() {
        backend.forgetKernel();
        boolean closesAlone = true;
        for (int slot = 0; slot < slots.end(); slot++) {
            Request request = slots.at(slot);
            if (request != null && isHeld(request) && request.kind != RequestKind.CLOSE) {
                closesAlone = false;
                engine.complete(request, Outcome.CANCELLED, request.progress(), 0);
            }
        }
        for (int slot = 0; closesAlone && slot < slots.end(); slot++) {
            Request close = slots.at(slot);
            if (close != null && isHeld(close)) {
                engine.complete(close, Outcome.OK, 0, 0);
            }
        }
    }

    private static boolean isHeld(Request request) {
        return request.state == Request.State.STARTED;
    }

    private void noteSent(Request request) {
        boolean sends = request.kind == RequestKind.SEND
                || request.kind == RequestKind.SEND_VECTORED;
        boolean whole = request.outcome == Outcome.OK && request.result >= request.length();
        Channel channel = sends && !whole ? request.channel() : null;
        // A send after a shutdown of our own was never a part of the stream.
        boolean late = channel != null && channel.sendShut
                && request.outcome == Outcome.BROKEN_PIPE;
        if (channel != null && !late && channel.stream && channel.closing == null) {
            channel.cutShort = true;
        }
    }

    /** Gives back every descriptor and all memory. Call after {@link #next} returned null. */
    public void finish() {
        assert slots.count() == 0 : "operations are in flight";
        boolean failed = waits.failure() != null;
        for (int index = 0; index < channels.end(); index++) {
            Channel channel = channels.at(index);
            if (channel != null) {
                channel.state = Channel.State.CLOSED;
                // The state of a failed port is unknown: no peer may take a part for the whole.
                channel.cutShort |=
                        failed && channel.stream && channel.closing == null;
                UseCount.close(channel);
                backend.discard(channel);
            }
        }
        tasks.queue().refuseWakeups();
        waits.close();
        if (!failed) {
            backend.close();
            arena.close();
        } else if (backend.closeFailed()) {
            arena.close();
        }
    }
}
