package dev.sluice;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** A handler or task that keeps its port's thread for long; see {@link PortOptions#stallThreshold}. */
@Name("dev.sluice.Stall")
@Label("Stalled Port")
@Category({"Sluice", "Ports"})
@StackTrace(false)
@SuppressWarnings({"unused", "UnusedVariable"}) // Read by the recorder.
final class StallEvent extends Event {
    @Label("Port")
    String port = "";

    @Label("Thread")
    String thread = "";

    @Label("Running For at Least")
    @Timespan(Timespan.NANOSECONDS)
    long running;

    /** Of the port's thread. The event's own stack would be the watchdog's. */
    @Label("Stack of the Thread")
    String stack = "";

    static void record(String port, String thread, long runningNanos, String stack) {
        StallEvent event = new StallEvent();
        if (event.isEnabled()) {
            event.port = port;
            event.thread = thread;
            event.running = runningNanos;
            event.stack = stack;
            event.commit();
        }
    }
}
