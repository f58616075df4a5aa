package dev.sluice.internal.net;

import dev.sluice.CloseMode;
import dev.sluice.Status;
import java.time.Duration;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Records events for JDK Flight Recorder. Before the first recording of the process this loads one
 * class of the recorder and no more: loading the rest and registering the events takes hundreds of
 * milliseconds, during which a port's thread would serve nothing.
 */
public final class EventRecorder {
    /** A runtime image may lack the module; then no class of it may be touched. */
    private static final boolean PRESENT =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private EventRecorder() {}

    /** True once there was a recording; each event then asks whether it is enabled. */
    private static boolean isInitialized() {
        return PRESENT && FlightRecorder.isInitialized();
    }

    /** Records that a deadline or idle timeout ended a call. */
    public static void deadline(String operation, Endpoints endpoints, String kind) {
        if (isInitialized()) {
            DeadlineEvent.record(operation, endpoints, kind);
        }
    }

    /** Records that a connection was closed. */
    public static void closed(
            Endpoints endpoints, CloseMode mode, Status status, @Nullable Status lost) {
        if (isInitialized()) {
            CloseEvent.record(endpoints, mode, status, lost);
        }
    }

    /** Records that a connection was accepted. */
    public static void accepted(Endpoints endpoints) {
        if (isInitialized()) {
            AcceptEvent.record(endpoints);
        }
    }

    /** Records how a dial ended. */
    public static void connected(String target, Duration took, Status status) {
        if (isInitialized()) {
            ConnectEvent.record(target, took, status);
        }
    }
}
