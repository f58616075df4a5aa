package dev.sluice.internal.net.ports;

import dev.sluice.CompletionPort;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A port that receives for its connections, and that has no memory for tasks while a test wants it. */
public final class ScarcePoller extends Poller {
    /** What becomes of tasks. */
    public enum Tasks {
        RUN,
        FAIL,
        HOLD
    }

    /** What becomes of the next tasks. */
    public volatile Tasks tasks = Tasks.RUN;

    /** How many tasks have failed. */
    public final AtomicInteger failed = new AtomicInteger();

    /** The tasks that were accepted and do not run. */
    public final Queue<Runnable> held = new ConcurrentLinkedQueue<>();

    private ScarcePoller(CompletionPort port) {
        super(port, Thread.ofPlatform().daemon().name("scarce"), null);
    }

    public static ScarcePoller start(CompletionPort port) {
        ScarcePoller poller = new ScarcePoller(port);
        poller.start();
        return poller;
    }

    @Override
    public boolean offer(Runnable task) {
        return switch (tasks) {
            case RUN -> super.offer(task);
            case HOLD -> held.add(task);
            case FAIL -> {
                failed.incrementAndGet();
                throw new OutOfMemoryError("made by the test");
            }
        };
    }

    @Override
    public boolean receivesByCompletion() {
        return true;
    }

    @Override
    void turn() {
        poll(true);
    }

    @Override
    void stopped() {}
}
