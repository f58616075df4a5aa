package dev.sluice.internal.net.accepting;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log has of listeners that are offered to another process. */
public final class HandOverLog {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.net.ListenerHandOver");

    private HandOverLog() {}

    /** A process connected and has not taken the listeners; the next one is waited for. */
    public static void notTaken(String operation, String cause) {
        LOG.warn("{}: a process connected and did not take them: {}", operation, cause);
    }
}
