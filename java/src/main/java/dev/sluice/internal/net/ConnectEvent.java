package dev.sluice.internal.net;

import dev.sluice.Status;
import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("dev.sluice.Connect")
@Label("Connect")
@Category({"Sluice", "Network"})
@StackTrace(false)
@SuppressWarnings({"unused", "UnusedVariable"}) // Read by the recorder.
final class ConnectEvent extends Event {
    @Label("Target")
    String target = "";

    @Label("Microseconds")
    long micros;

    @Label("Outcome")
    String status = "";

    static void record(String target, Duration took, Status status) {
        ConnectEvent event = new ConnectEvent();
        if (event.isEnabled()) {
            event.target = target;
            event.micros = took.toNanos() / 1000;
            event.status = status.name();
            event.commit();
        }
    }
}
