package dev.sluice.net;

import dev.sluice.CloseMode;
import dev.sluice.Status;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Events for JDK Flight Recorder, where the Java runtime has it. */
final class Recording {
    /** A runtime may have been made without the module; then no class of it must be touched. */
    private static final boolean PRESENT =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private Recording() {}

    static void deadline(String operation, Route route, String kind) {
        if (PRESENT) {
            DeadlineEvent.record(operation, route, kind);
        }
    }

    static void closed(Route route, CloseMode mode, Status status, @Nullable Status lost) {
        if (PRESENT) {
            CloseEvent.record(route, mode, status, lost);
        }
    }

    static void accepted(Route route) {
        if (PRESENT) {
            AcceptEvent.record(route);
        }
    }

    static void connected(String target, Duration took, Status status) {
        if (PRESENT) {
            ConnectEvent.record(target, took, status);
        }
    }
}
