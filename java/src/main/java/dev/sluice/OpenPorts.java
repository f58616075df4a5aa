package dev.sluice;

import dev.sluice.internal.recording.FlightRecording;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The open ports of the process, those of the net layer included, for programs that show what all of them do. A port
 * that was dropped without a close is collected, and is no longer among them. Any thread may call.
 */
public final class OpenPorts {
    private static final AtomicInteger OPENED = new AtomicInteger();
    private static final List<Entry> ENTRIES = new CopyOnWriteArrayList<>();

    private OpenPorts() {}

    /** Registers the event with the first port, and apart: the recorder may call while this does. */
    private static final class Recorded {
        static {
            FlightRecording.addPeriodic(() -> PortStatisticsEvent.class, OpenPorts::record);
        }

        private Recorded() {}

        static void begin() {
            // The initializer has done it, once.
        }
    }

    private record Entry(WeakReference<CompletionPort> port) {}

    /** Returns a name that no other port of the process has. */
    static String newName() {
        return "port " + OPENED.incrementAndGet();
    }

    /** Adds a port that was opened, with all its fields; returns it. */
    static CompletionPort add(CompletionPort port, PortOptions options) {
        ENTRIES.add(new Entry(new WeakReference<>(port)));
        Recorded.begin();
        long thresholdNanos = options.stallNanos();
        if (thresholdNanos != 0) {
            StallWatchdog.watch(port, thresholdNanos);
        }
        return port;
    }

    /** Removes a port that is closed. */
    static void remove(CompletionPort port) {
        ENTRIES.removeIf(entry -> entry.port.refersTo(port) || entry.port.refersTo(null));
    }

    /**
     * Returns the open ports by name, in the order in which they were opened. The names, such as "port 1", are those
     * in the events of Flight Recorder; no two ports of the process have the same one. Of these ports a thread that
     * is not their owner may ask {@link CompletionPort#statistics} and {@link CompletionPort#backend}.
     *
     * @return a copy; ports may be opened and closed meanwhile
     */
    public static SequencedMap<String, CompletionPort> byName() {
        ENTRIES.removeIf(entry -> entry.port.refersTo(null));
        SequencedMap<String, CompletionPort> ports = new LinkedHashMap<>();
        for (Entry entry : ENTRIES) {
            CompletionPort port = entry.port.get();
            if (port != null) {
                ports.put(port.name, port);
            }
        }
        return ports;
    }

    /** Records an event for each port; on a thread of the recorder. */
    private static void record() {
        byName().forEach((name, port) -> PortStatisticsEvent.record(
                name, port.owner.getName(), port.statistics()));
    }
}
