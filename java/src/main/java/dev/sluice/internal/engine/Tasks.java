package dev.sluice.internal.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs what other threads handed to the port, on the port's thread. */
public final class Tasks {
    private final TaskQueue queue;

    Tasks(TaskQueue queue) {
        this.queue = queue;
    }

    TaskQueue queue() {
        return queue;
    }

    public int limit() {
        return queue.limit();
    }

    /** What became of a task. */
    public enum Offer {
        ACCEPTED,
        FULL,
        CLOSED
    }

    /** Any thread: hands over a task; a task that was accepted is run, also when the port closes. */
    public Offer offer(Runnable task) {
        return queue.offer(task);
    }

    /** Any thread: ends the owner's wait. */
    public void wakeup() {
        queue.wakeup();
    }

    void refuse() {
        queue.refuseTasks();
    }

    /** Runs at most as many as may wait, so that tasks which add tasks do not stop the port. */
    boolean runAll() {
        int ran = 0;
        Runnable task = queue.poll();
        while (task != null) {
            task.run();
            ran++;
            task = ran < queue.limit() ? queue.poll() : null;
        }
        return ran > 0;
    }

    /** Runs the last tasks; one that fails does not keep the others from running. */
    void runAllAtEnd(Consumer<Throwable> failures) {
        Runnable task = queue.poll();
        while (task != null) {
            try {
                task.run();
            } catch (RuntimeException | Error failure) {
                failures.accept(failure);
            }
            task = queue.poll();
        }
    }

    void runReports() {
        @Nullable
        Runnable task = queue.pollReport();
        while (task != null) {
            task.run();
            task = queue.pollReport();
        }
    }
}
