package dev.sluice.internal.net.connection;

import dev.sluice.internal.net.ports.PortTimer;
import dev.sluice.net.Connection;
import dev.sluice.net.HeartbeatAction;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time whether there was traffic, and starts a virtual thread that calls back when
 * there was none. The next interval begins when the callback has returned.
 */
final class Heartbeat extends PortTimer {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Connection connection;
    private final ConnectionState state;
    private final Activity activity;
    private final long intervalNanos;
    private final HeartbeatAction action;

    /** The one that it replaces, until its first look. */
    private @Nullable Heartbeat replaced;

    private Heartbeat(Connection connection, ConnectionState state, Activity activity,
            long intervalNanos, HeartbeatAction action) {
        this.connection = connection;
        this.state = state;
        this.activity = activity;
        this.intervalNanos = intervalNanos;
        this.action = action;
    }

    /** Begins a heartbeat; it replaces an earlier one. */
    static void start(Connection connection, ConnectionState state, Duration interval,
            HeartbeatAction action) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("heartbeat of " + interval + ": use more than 0");
        }
        long nanos = Math.min(TimeUnit.NANOSECONDS.convert(interval), Activity.LONGEST_NANOS);
        Activity activity = state.activity();
        activity.beat();
        Heartbeat started = new Heartbeat(connection, state, activity, nanos, action);
        started.replaced = activity.heartbeat(started);
        started.askForLook();
    }

    private void askForLook() {
        boolean taken = state.poller.execute(this);
        assert taken || state.poller.isStopping() : "an open port took no task";
    }

    @SuppressWarnings("ReferenceEquality") // The latest one counts.
    private boolean isCurrent() {
        return state.isOpen() && activity.heartbeat() == this;
    }

    // ---- on the port's thread ------------------------------------------------------------------

    @Override
    public void run() {
        Heartbeat before = replaced;
        if (before != null) {
            replaced = null;
            before.end();
        }
        if (!isCurrent()) {
            end();
            return;
        }
        long nowNanos = System.nanoTime();
        long dueNanos = activity.lastNanos() + intervalNanos;
        if (dueNanos - nowNanos > 0) {
            state.poller.timers().set(this, dueNanos);
            return;
        }
        // Without memory for a thread it tries again after an interval.
        state.poller.timers().set(this, nowNanos + intervalNanos);
        Thread thread = Thread.ofVirtual().name("sluice-heartbeat").start(this::callBack);
        assert thread.isVirtual() : "not a virtual thread";
        end();
    }

    /** Looks no more until a callback returns. */
    void end() {
        state.poller.timers().remove(this);
    }

    // ---- on the thread of a callback -----------------------------------------------------------

    private void callBack() {
        if (!isCurrent()) {
            return;
        }
        try {
            action.idle(connection);
        } catch (Throwable failure) {
            logEnd(failure);
            return;
        }
        activity.beat();
        askForLook();
    }

    private void logEnd(Throwable failure) {
        if (failure instanceof Error) {
            LOG.error("the heartbeat of {} ended", connection, failure);
        } else if (state.isOpen()) {
            LOG.warn("the heartbeat of {} ended", connection, failure);
        }
    }
}
