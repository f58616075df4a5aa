package dev.sluice.internal.net;

import dev.sluice.CloseMode;
import dev.sluice.Status;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("dev.sluice.Close")
@Label("Connection Closed")
@Category({"Sluice", "Network"})
@StackTrace(false)
@SuppressWarnings({"unused", "UnusedVariable"}) // Read by the recorder.
final class CloseEvent extends Event {
    @Label("Local Address")
    String local = "";

    @Label("Remote Address")
    String remote = "";

    @Label("Way of Closing")
    String mode = "";

    @Label("Outcome of the Close")
    String status = "";

    @Label("Lost Before")
    String lost = "";

    static void record(Endpoints endpoints, CloseMode mode, Status status, @Nullable Status lost) {
        CloseEvent event = new CloseEvent();
        if (event.isEnabled()) {
            event.local = endpoints.local().toString();
            event.remote = endpoints.remote().toString();
            event.mode = mode.name();
            event.status = status.name();
            event.lost = lost == null ? "" : lost.name();
            event.commit();
        }
    }
}
