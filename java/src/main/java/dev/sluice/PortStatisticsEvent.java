package dev.sluice;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The figures of {@link PortStatistics} in a recording. Those that count grow from event to event. */
@Name("dev.sluice.PortStatistics")
@Label("Port Statistics")
@Category({"Sluice", "Ports"})
@Period("10 s")
@StackTrace(false)
@SuppressWarnings({"unused", "UnusedVariable"}) // Read by the recorder.
final class PortStatisticsEvent extends Event {
    @Label("Port")
    String port = "";

    @Label("Thread")
    String thread = "";

    @Label("Backend")
    String backend = "";

    @Label("Open Sockets")
    int sockets;

    @Label("Operations in Flight")
    int pendingOperations;

    @Label("Waiting Tasks")
    int waitingTasks;

    @Label("Free Buffers")
    int freeBuffers;

    @Label("Used Buffers")
    int usedBuffers;

    @Label("Buffers Provided to the Kernel")
    int providedBuffers;

    @Label("Polls")
    long polls;

    @Label("Events")
    long events;

    @Label("System Calls That Wait")
    long waitCalls;

    @Label("System Calls That Submit")
    long submitCalls;

    @Label("System Calls That Try")
    long tryCalls;

    @Label("Other System Calls")
    long otherCalls;

    @Label("Accept Failures")
    long acceptFailures;

    @Label("Time Asleep")
    @Timespan(Timespan.NANOSECONDS)
    long asleep;

    @Label("Longest Handling")
    @Timespan(Timespan.NANOSECONDS)
    long longestHandling;

    static void record(String port, String thread, PortStatistics figures) {
        PortStatisticsEvent event = new PortStatisticsEvent();
        event.port = port;
        event.thread = thread;
        event.backend = figures.backend().toString();
        event.sockets = figures.sockets();
        event.pendingOperations = figures.pendingOperations();
        event.waitingTasks = figures.waitingTasks();
        event.freeBuffers = figures.freeBuffers();
        event.usedBuffers = figures.usedBuffers();
        event.providedBuffers = figures.providedBuffers();
        event.polls = figures.polls();
        event.events = figures.events();
        event.waitCalls = figures.waitCalls();
        event.submitCalls = figures.submitCalls();
        event.tryCalls = figures.tryCalls();
        event.otherCalls = figures.otherCalls();
        event.acceptFailures = figures.acceptFailures();
        event.asleep = figures.asleepNanos();
        event.longestHandling = figures.longestHandlingNanos();
        event.commit();
    }
}
