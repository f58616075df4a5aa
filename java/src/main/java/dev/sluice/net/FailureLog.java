package dev.sluice.net;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/**
 * Logs failures on a thread that must survive them, such as a port's, since others wait for it.
 * Logging itself may fail, above all where memory is short. Such failures are counted, and their
 * number is logged with the next failure that can be logged.
 */
final class FailureLog {
    private static final AtomicLong UNTOLD = new AtomicLong();

    private FailureLog() {}

    /**
     * Loads this class. Where the first failure is a lack of memory or descriptors, it could not be
     * loaded any more, and the thread would end.
     */
    static void prepare() {
        // A call of it is enough.
    }

    /** Logs at ERROR; throws nothing. */
    static void error(Logger log, String what, Throwable failure) {
        try {
            log.error(what, failure);
            long untold = UNTOLD.get();
            if (untold > 0) {
                log.error("{} failures before this one could not be logged", untold);
                UNTOLD.addAndGet(-untold);
            }
        } catch (RuntimeException | Error again) {
            UNTOLD.incrementAndGet();
        }
    }

    /** Failures that were not logged so far. */
    static long untold() {
        return UNTOLD.get();
    }
}
