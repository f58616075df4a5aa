package dev.sluice.internal.leaks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what was dropped of one kind, and reports it in one line: a second after the first, when the
 * collection that found it has found the others, and then once a minute at most.
 */
final class DroppedObjects {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.leaks");
    private static final long COLLECTING_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String kind;
    private long unreported;
    private long total;
    private boolean due;
    private long earliestNanos = System.nanoTime();
    private String latest = "";
    private @Nullable Throwable opened;

    DroppedObjects(String kind) {
        this.kind = kind;
    }

    synchronized void add(String name, @Nullable Throwable where) {
        unreported++;
        total++;
        latest = name;
        opened = where;
        if (!due) {
            due = true;
            long delay = Math.max(COLLECTING_NANOS, earliestNanos - System.nanoTime());
            CompletableFuture.delayedExecutor(delay, TimeUnit.NANOSECONDS).execute(this::report);
        }
    }

    private synchronized void report() {
        due = false;
        earliestNanos = System.nanoTime() + PAUSE_NANOS;
        LOG.warn("dropped without a close: {} {}(s), {} in all; the latest: {} {}."
                + " Its descriptor stays open{}", unreported, kind, total, kind, latest,
                opened == null ? "; -Dsluice.leaks=stack shows where it was opened" : "", opened);
        unreported = 0;
        opened = null;
    }
}
