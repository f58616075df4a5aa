package dev.sluice.internal.recording;

import java.util.function.Supplier;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;

/**
 * Asks JDK Flight Recorder whether events are wanted. Before the first recording of the process this
 * loads few classes of the recorder: loading the rest and registering events takes hundreds of
 * milliseconds, during which a port's thread would serve nothing.
 */
public final class FlightRecording {
    /** A runtime image may lack the module; then no class of it may be touched. */
    private static final boolean PRESENT =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private FlightRecording() {}

    /** Returns true once there was a recording; each event then asks whether it is enabled. */
    public static boolean isInitialized() {
        return PRESENT && FlightRecorder.isInitialized();
    }

    /**
     * Has a periodic event recorded from the first recording of the process on. The process may have
     * none for long, and an idle port would not notice the first one; so the recorder calls.
     *
     * @param type the class of the event, asked for only when there is a recording
     * @param record commits the events of one period
     */
    public static void addPeriodic(Supplier<Class<?>> type, Runnable record) {
        if (PRESENT) {
            Listener.add(type, record);
        }
    }

    /**
     * A class of its own, which is loaded only if the module is there: to pass it as a listener, the
     * verifier loads the type of the parameter.
     */
    private record Listener(Supplier<Class<?>> type, Runnable record)
            implements FlightRecorderListener {
        static void add(Supplier<Class<?>> type, Runnable record) {
            FlightRecorder.addListener(new Listener(type, record));
        }

        @Override
        public void recorderInitialized(FlightRecorder recorder) {
            FlightRecorder.addPeriodicEvent(type.get().asSubclass(Event.class), record);
        }
    }
}
