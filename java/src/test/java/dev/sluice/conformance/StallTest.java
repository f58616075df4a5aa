package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.PortOptions;
import dev.sluice.testing.LogLines;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;

/** A handler that keeps the port's thread is reported while it runs. */
class StallTest extends ConformanceTest {
    @Override
    PortOptions options() {
        return super.options().stallThreshold(Duration.ofMillis(20));
    }

    @Test
    void aTaskThatRunsForLongIsReportedWithItsStackWhileItRuns() {
        try (LogLines log = new LogLines()) {
            boolean[] reported = {false};
            port.execute(() -> {
                holdTheThread(log);
                reported[0] = true;
            });
            loop.until("the task", () -> reported[0]);
            String thread = Thread.currentThread().getName();
            assertThat(log.with("WARN", "stalls", "port ", thread)).isNotEmpty();
        }
    }

    @Test
    void theRecorderGetsTheStackToo() throws Exception {
        Needs.linux("the recorder writes files elsewhere");
        CompletableFuture<RecordedEvent> recorded = new CompletableFuture<>();
        try (RecordingStream stream = new RecordingStream()) {
            stream.enable("dev.sluice.Stall");
            stream.onEvent("dev.sluice.Stall", recorded::complete);
            stream.startAsync();
            port.execute(() -> waitFor(recorded));
            loop.await(recorded);
        }
        RecordedEvent stall = recorded.join();
        assertThat(stall.getString("thread")).isEqualTo(Thread.currentThread().getName());
        assertThat(stall.getString("stack")).contains("StallTest.waitFor");
        assertThat(stall.getDuration("running")).isGreaterThanOrEqualTo(Duration.ofMillis(20));
    }

    private static void waitFor(CompletableFuture<RecordedEvent> recorded) {
        recorded.orTimeout(Loop.LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Ends once the report is there. */
    private static void holdTheThread(LogLines log) {
        log.await("at ", "StallTest.holdTheThread");
    }
}
