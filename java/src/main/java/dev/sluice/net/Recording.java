package dev.sluice.net;

import dev.sluice.CloseMode;
import dev.sluice.Status;
import java.time.Duration;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Events for JDK Flight Recorder, where the Java runtime has it. Nothing of the recorder but one class
 * is loaded until the first recording of the process is made: to load it and to register the events
 * takes hundreds of milliseconds, which would be those of the port's thread.
 */
final class Recording {
    /** A runtime may have been made without the module; then no class of it must be touched. */
    private static final boolean PRESENT =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private Recording() {}

    /** Whether there is, or was, a recording; an event says for itself whether it is wanted. */
    private static boolean isUsed() {
        return PRESENT && FlightRecorder.isInitialized();
    }

    static void deadline(String operation, Endpoints route, String kind) {
        if (isUsed()) {
            DeadlineEvent.record(operation, route, kind);
        }
    }

    static void closed(Endpoints route, CloseMode mode, Status status, @Nullable Status lost) {
        if (isUsed()) {
            CloseEvent.record(route, mode, status, lost);
        }
    }

    static void accepted(Endpoints route) {
        if (isUsed()) {
            AcceptEvent.record(route);
        }
    }

    static void connected(String target, Duration took, Status status) {
        if (isUsed()) {
            ConnectEvent.record(target, took, status);
        }
    }
}
