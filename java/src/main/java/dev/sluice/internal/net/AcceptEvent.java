package dev.sluice.internal.net;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("dev.sluice.Accept")
@Label("Connection Accepted")
@Category({"Sluice", "Network"})
@StackTrace(false)
@SuppressWarnings({"unused", "UnusedVariable"}) // Read by the recorder.
final class AcceptEvent extends Event {
    @Label("Local Address")
    String local = "";

    @Label("Remote Address")
    String remote = "";

    static void record(Endpoints endpoints) {
        AcceptEvent event = new AcceptEvent();
        if (event.isEnabled()) {
            event.local = endpoints.local().toString();
            event.remote = endpoints.remote().toString();
            event.commit();
        }
    }
}
