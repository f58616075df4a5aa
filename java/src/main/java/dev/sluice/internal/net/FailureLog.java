package dev.sluice.internal.net;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Logs failures on a thread that must survive them, such as a port's thread. Logging itself may fail,
 * above all when memory is short. Those failures are counted, and the next line that can be logged
 * reports their number.
 */
public final class FailureLog {
    private static final AtomicLong UNLOGGED = new AtomicLong();

    private FailureLog() {}

    /**
     * Loads this class. Without memory or descriptors it could no longer be loaded, and the thread
     * would end.
     */
    public static void prepare() {
        // The call itself loads the class.
    }

    /** Logs at ERROR; throws nothing. */
    public static void error(Logger log, String what, Throwable failure) {
        try {
            log.error(what, failure);
            long unlogged = UNLOGGED.get();
            if (unlogged > 0) {
                log.error("{} failures before this one could not be logged", unlogged);
                UNLOGGED.addAndGet(-unlogged);
            }
        } catch (RuntimeException | Error again) {
            UNLOGGED.incrementAndGet();
        }
    }

    /** Returns the number of failures that were not logged so far. */
    public static long unlogged() {
        return UNLOGGED.get();
    }
}
