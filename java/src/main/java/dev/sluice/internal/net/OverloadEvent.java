package dev.sluice.internal.net;

import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("dev.sluice.Overload")
@Label("Server Was Full")
@Category({"Sluice", "Network"})
@StackTrace(false)
@SuppressWarnings({"unused", "UnusedVariable"}) // Read by the recorder.
final class OverloadEvent extends Event {
    @Label("Listener")
    String listener = "";

    @Label("Bound")
    String bound = "";

    @Label("Microseconds")
    long micros;

    @Label("Connections Refused")
    long refused;

    @Label("Idle Connections Reset")
    long abortedIdle;

    static void record(
            String listener, String bound, Duration lasted, long refused, long abortedIdle) {
        OverloadEvent event = new OverloadEvent();
        if (event.isEnabled()) {
            event.listener = listener;
            event.bound = bound;
            event.micros = lasted.toNanos() / 1000;
            event.refused = refused;
            event.abortedIdle = abortedIdle;
            event.commit();
        }
    }
}
