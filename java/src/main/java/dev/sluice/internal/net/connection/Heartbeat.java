package dev.sluice.internal.net.connection;

import dev.sluice.net.Connection;
import dev.sluice.net.HeartbeatAction;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A virtual thread that sleeps while there is traffic, and calls back when there is none. */
final class Heartbeat {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private Heartbeat() {}

    static void start(Connection connection, ConnectionState state, Duration interval,
            HeartbeatAction action) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("heartbeat of " + interval + ": use more than 0");
        }
        long nanos = TimeUnit.NANOSECONDS.convert(interval);
        Activity activity = state.activity();
        activity.beat();
        Thread thread = Thread.ofVirtual()
                .name("sluice-heartbeat")
                .unstarted(() -> run(connection, state, activity, nanos, action));
        LockSupport.unpark(activity.heartbeat(thread)); // An earlier one ends: it was replaced.
        thread.start();
    }

    @SuppressWarnings("ReferenceEquality") // Threads compare by identity.
    private static void run(Connection connection, ConnectionState state, Activity activity,
            long intervalNanos, HeartbeatAction action) {
        while (state.isOpen() && activity.heartbeat() == Thread.currentThread()) {
            long left = activity.leftNanos(intervalNanos);
            if (left > 0) {
                LockSupport.parkNanos(connection, left);
                continue;
            }
            try {
                action.idle(connection);
            } catch (Throwable failure) {
                logEnd(connection, state, failure);
                return;
            }
            activity.beat();
        }
    }

    private static void logEnd(Connection connection, ConnectionState state, Throwable failure) {
        if (failure instanceof Error) {
            LOG.error("the heartbeat of {} ended", connection, failure);
        } else if (state.isOpen()) {
            LOG.warn("the heartbeat of {} ended", connection, failure);
        }
    }
}
