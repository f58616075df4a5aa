package dev.sluice.internal.net;

import dev.sluice.Address;
import dev.sluice.CloseMode;
import dev.sluice.Status;
import dev.sluice.internal.recording.FlightRecording;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Records events for JDK Flight Recorder. Before the first recording of the process no class of an
 * event is loaded.
 */
public final class EventRecorder {
    private EventRecorder() {}

    /** Records that a deadline or idle timeout ended a call. */
    public static void deadline(String operation, Endpoints endpoints, String kind) {
        if (FlightRecording.isInitialized()) {
            DeadlineEvent.record(operation, endpoints, kind);
        }
    }

    /** Records that a connection was closed. */
    public static void closed(
            Endpoints endpoints, CloseMode mode, Status status, @Nullable Status lost) {
        if (FlightRecording.isInitialized()) {
            CloseEvent.record(endpoints, mode, status, lost);
        }
    }

    /** Records that a connection was accepted. */
    public static void accepted(Endpoints endpoints) {
        if (FlightRecording.isInitialized()) {
            AcceptEvent.record(endpoints);
        }
    }

    /** Records that a datagram socket was opened at an address. */
    public static void datagramsOpened(Address local) {
        if (FlightRecording.isInitialized()) {
            DatagramsOpenEvent.record(local);
        }
    }

    /** Records that the program closed a datagram socket. */
    public static void datagramsClosed(Address local) {
        if (FlightRecording.isInitialized()) {
            DatagramsCloseEvent.record(local);
        }
    }

    /** Records how a dial ended. */
    public static void connected(String target, Duration took, Status status) {
        if (FlightRecording.isInitialized()) {
            ConnectEvent.record(target, took, status);
        }
    }

    /** Records that a limit of a server is no longer reached. */
    public static void overloaded(
            String listener, String bound, Duration lasted, long refused, long abortedIdle) {
        if (FlightRecording.isInitialized()) {
            OverloadEvent.record(listener, bound, lasted, refused, abortedIdle);
        }
    }
}
