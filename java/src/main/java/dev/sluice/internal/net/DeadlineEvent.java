package dev.sluice.internal.net;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("dev.sluice.Deadline")
@Label("Deadline Hit")
@Category({"Sluice", "Network"})
@StackTrace(false)
@SuppressWarnings({"unused", "UnusedVariable"}) // Read by the recorder.
final class DeadlineEvent extends Event {
    @Label("Operation")
    String operation = "";

    @Label("Local Address")
    String local = "";

    @Label("Remote Address")
    String remote = "";

    @Label("Kind")
    String kind = "";

    static void record(String operation, Endpoints endpoints, String kind) {
        DeadlineEvent event = new DeadlineEvent();
        if (event.isEnabled()) {
            event.operation = operation;
            event.local = endpoints.local().toString();
            event.remote = endpoints.remote().toString();
            event.kind = kind;
            event.commit();
        }
    }
}
