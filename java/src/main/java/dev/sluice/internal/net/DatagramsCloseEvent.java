package dev.sluice.internal.net;

import dev.sluice.Address;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("dev.sluice.DatagramsClose")
@Label("Datagram Socket Closed")
@Category({"Sluice", "Network"})
@StackTrace(false)
@SuppressWarnings({"unused", "UnusedVariable"}) // Read by the recorder.
final class DatagramsCloseEvent extends Event {
    @Label("Local Address")
    String local = "";

    static void record(Address local) {
        DatagramsCloseEvent event = new DatagramsCloseEvent();
        if (event.isEnabled()) {
            event.local = local.toString();
            event.commit();
        }
    }
}
