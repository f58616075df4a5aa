package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.conformance.JavaCommand;
import dev.sluice.conformance.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;

/** The events for Flight Recorder, which cost nothing while no recording runs. */
class RecordingTest extends NetTest {
    @Test
    void connectAcceptCloseAndDeadlineAreRecorded() throws Exception {
        assumeTrue(Needs.isLinux(), "the recorder writes files elsewhere");
        Path file = Files.createTempFile("sluice", ".jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            Pair pair = pair();
            pair.server().readDeadline(Duration.ZERO);
            assertThatThrownBy(() -> pair.server().read(new byte[1]))
                    .isInstanceOf(DeadlineException.class);
            pair.client().closeGracefully(Duration.ofMillis(50));
            pair.close();
            group.close();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.sluice."))
                .toList();
        Files.delete(file);
        assertThat(events).extracting(event -> event.getEventType().getName())
                .contains("dev.sluice.Connect", "dev.sluice.Accept", "dev.sluice.Deadline",
                        "dev.sluice.Close");
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().equals("dev.sluice.Close"))
                .extracting(event -> event.getString("status"))
                .contains("DEADLINE");
    }

    @Test
    void nothingOfTheRecorderIsLoadedWhileNobodyRecords() throws Exception {
        assumeFalse(Needs.isWine(), "a process of its own needs a class path of Windows");
        JavaCommand.Outcome outcome = JavaCommand.run(List.of(
                "-Xlog:class+load", RecorderLoading.class.getName(), backend.name()));
        assertThat(outcome.lines()).contains("served");
        assertThat(outcome.lines())
                .anyMatch(line -> line.contains("dev.sluice.internal.net.EventRecorder"))
                .noneMatch(line -> line.contains("jdk.jfr.internal"))
                .noneMatch(line -> line.contains("dev.sluice.internal.net.AcceptEvent"));
    }
}
