package dev.sluice.cli.top;

import java.time.Duration;
import java.time.Instant;
import jdk.jfr.consumer.RecordedEvent;

/** The figures of one port at one moment, as the event of the recorder has them. */
record Sample(
        Instant at,
        String port,
        String thread,
        String backend,
        int sockets,
        int pendingOperations,
        int waitingTasks,
        int buffers,
        int usedBuffers,
        long polls,
        long events,
        long waitCalls,
        long submitCalls,
        long tryCalls,
        long otherCalls,
        long acceptFailures,
        Duration asleep,
        Duration longestHandling) {
    static final String EVENT = "dev.sluice.PortStatistics";

    static Sample of(RecordedEvent event) {
        int used = event.getInt("usedBuffers");
        return new Sample(
                event.getStartTime(),
                event.getString("port"),
                event.getString("thread"),
                event.getString("backend"),
                event.getInt("sockets"),
                event.getInt("pendingOperations"),
                event.getInt("waitingTasks"),
                used + event.getInt("freeBuffers") + event.getInt("providedBuffers"),
                used,
                event.getLong("polls"),
                event.getLong("events"),
                event.getLong("waitCalls"),
                event.getLong("submitCalls"),
                event.getLong("tryCalls"),
                event.getLong("otherCalls"),
                event.getLong("acceptFailures"),
                event.getDuration("asleep"),
                event.getDuration("longestHandling"));
    }

    /** The number in the name of the port, in whose order the rows are. */
    int number() {
        return Integer.parseInt(port.substring(port.lastIndexOf(' ') + 1));
    }
}
