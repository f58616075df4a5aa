package dev.sluice.net;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sleeps on a virtual thread for as long as there is traffic. */
final class Heartbeat {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private Heartbeat() {}

    static void start(
            Connection connection, Ending ending, Duration interval, HeartbeatAction action) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("heartbeat of " + interval + ": use more than 0");
        }
        long nanos = TimeUnit.NANOSECONDS.convert(interval);
        ending.activity().beat();
        Thread thread = Thread.ofVirtual()
                .name("sluice-heartbeat")
                .unstarted(() -> run(connection, ending, nanos, action));
        LockSupport.unpark(ending.heartbeat(thread)); // an earlier one sees that it was replaced
        thread.start();
    }

    private static void run(
            Connection connection, Ending ending, long intervalNanos, HeartbeatAction action) {
        Activity activity = ending.activity();
        while (ending.isOpen() && ending.isHeartbeat(Thread.currentThread())) {
            long left = activity.leftNanos(intervalNanos);
            if (left > 0) {
                LockSupport.parkNanos(connection, left);
                continue;
            }
            try {
                action.idle(connection);
            } catch (Throwable failure) {
                ended(connection, ending, failure);
                return;
            }
            activity.beat();
        }
    }

    private static void ended(Connection connection, Ending ending, Throwable failure) {
        if (failure instanceof Error) {
            LOG.error("the heartbeat of {} ended", connection, failure);
        } else if (ending.isOpen()) {
            LOG.warn("the heartbeat of {} ended", connection, failure);
        }
    }
}
