package dev.sluice;

import dev.sluice.internal.engine.PortCounters;
import dev.sluice.internal.recording.FlightRecording;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports handlers and tasks that keep a port's thread for longer than a threshold, while they run. It
 * looks at the counts of the port from time to time, so that the port's thread does nothing for it.
 */
final class StallWatchdog implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.stalls");

    /** Looks within the time of a threshold: a report comes so much later at most. */
    private static final int LOOKS = 4;

    private static final long SHORTEST_PAUSE_NANOS = 1_000_000;

    private static final Object LOCK = new Object();

    /** Guarded by {@link #LOCK}. */
    private static final List<Watched> WATCHED = new ArrayList<>();

    /** The thread that looks; null while nothing is watched. Guarded by {@link #LOCK}. */
    private static @Nullable Thread thread;

    private StallWatchdog() {}

    /** Watches a port until it is closed or collected. */
    static void watch(CompletionPort port, long thresholdNanos) {
        synchronized (LOCK) {
            WATCHED.add(new Watched(port, thresholdNanos));
            Thread present = thread;
            if (present == null) {
                present = Thread.ofPlatform().daemon().name("sluice-stalls")
                        .start(new StallWatchdog());
                thread = present;
            } else {
                LockSupport.unpark(present); // Its pause may be longer than this threshold.
            }
        }
    }

    @Override
    public void run() {
        List<Watched> ports = watched();
        while (!ports.isEmpty()) {
            long nowNanos = System.nanoTime();
            long pauseNanos = Long.MAX_VALUE;
            for (Watched port : ports) {
                port.look(nowNanos);
                pauseNanos = Math.min(pauseNanos, port.thresholdNanos / LOOKS);
            }
            LockSupport.parkNanos(this, Math.max(pauseNanos, SHORTEST_PAUSE_NANOS));
            ports = watched();
        }
    }

    /** Returns the open ports; the thread ends if there is none. */
    private static List<Watched> watched() {
        synchronized (LOCK) {
            WATCHED.removeIf(Watched::isOver);
            if (WATCHED.isEmpty()) {
                thread = null;
            }
            return List.copyOf(WATCHED);
        }
    }

    /** One port, as the last look found it; of the watchdog's thread. */
    private static final class Watched {
        private final WeakReference<CompletionPort> port;
        private final long thresholdNanos;
        private long progress = -1;
        private long progressNanos;
        private boolean reported;

        Watched(CompletionPort port, long thresholdNanos) {
            this.port = new WeakReference<>(port);
            this.thresholdNanos = thresholdNanos;
        }

        boolean isOver() {
            CompletionPort present = port.get();
            return present == null || present.life.isOver();
        }

        void look(long nowNanos) {
            CompletionPort present = port.get();
            if (present == null) {
                return;
            }
            PortCounters counters = present.engine().counters();
            long now = progressOf(counters);
            if (now != progress || !counters.isHandling()) {
                progress = now;
                progressNanos = nowNanos;
                reported = false;
            } else if (!reported && nowNanos - progressNanos >= thresholdNanos) {
                reported = report(present, nowNanos - progressNanos);
            }
        }

        /** Returns false if the handler has ended meanwhile. */
        private boolean report(CompletionPort present, long runningNanos) {
            Thread owner = present.owner;
            StackTraceElement[] stack = owner.getStackTrace();
            PortCounters counters = present.engine().counters();
            if (progressOf(counters) != progress || !counters.isHandling()) {
                return false;
            }
            String name = owner.getName();
            Throwable here = new Throwable("thread " + name + " runs here");
            here.setStackTrace(stack);
            LOG.warn(
                    "{} of thread {} delivers nothing: a handler or task has been running for {} ms;"
                            + " the threshold is {} ms",
                    present.name, name,
                    TimeUnit.NANOSECONDS.toMillis(runningNanos),
                    TimeUnit.NANOSECONDS.toMillis(thresholdNanos), here);
            if (FlightRecording.isInitialized()) {
                StallEvent.record(present.name, name, runningNanos,
                        Arrays.stream(stack).map(Object::toString)
                                .collect(Collectors.joining("\n")));
            }
            return true;
        }

        /** A number that changes with each poll and each event. */
        private static long progressOf(PortCounters counters) {
            return counters.polls() + counters.events();
        }
    }
}
