package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.PortStatistics;
import dev.sluice.conformance.JavaCommand;
import dev.sluice.conformance.Needs;
import dev.sluice.testing.OwnLoopback;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import jdk.jfr.consumer.RecordingStream;
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
            Datagrams.bind(OwnLoopback.at(0), group).close();
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
                        "dev.sluice.Close", "dev.sluice.DatagramsOpen",
                        "dev.sluice.DatagramsClose");
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().equals("dev.sluice.Close"))
                .extracting(event -> event.getString("status"))
                .contains("DEADLINE");
    }

    @Test
    void thePortsOfAGroupAreRecordedFromTheFirstRecordingOn() throws Exception {
        assumeTrue(Needs.isLinux(), "the recorder writes files elsewhere");
        PortStatistics before = group.statistics();
        List<RecordedEvent> events = new CopyOnWriteArrayList<>();
        CountDownLatch twoOfEach = new CountDownLatch(2 * group.ports());
        try (RecordingStream stream = new RecordingStream()) {
            stream.enable("dev.sluice.PortStatistics").withPeriod(Duration.ofMillis(20));
            stream.onEvent("dev.sluice.PortStatistics", event -> {
                if (event.getString("thread").startsWith("sluice-net-")) {
                    events.add(event);
                    twoOfEach.countDown();
                }
            });
            stream.startAsync();
            assertThat(twoOfEach.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getString("port")).matches("port [0-9]+");
            assertThat(event.getInt("freeBuffers") + event.getInt("usedBuffers")
                    + event.getInt("providedBuffers"))
                    .isEqualTo((before.freeBuffers() + before.usedBuffers()
                            + before.providedBuffers()) / group.ports());
        });
        assertThat(events).extracting(event -> event.getString("backend"))
                .contains(backend.toString());
    }

    @Test
    void aRuntimeWithoutTheRecorderServesAsWell() throws Exception {
        assumeFalse(Needs.isWine(), "a process of its own needs a class path of Windows");
        JavaCommand.Outcome outcome = JavaCommand.run(List.of(
                "--limit-modules", "java.base", RecorderLoading.class.getName(), backend.name()));
        assertThat(outcome.lines()).contains("served");
        assertThat(outcome.code()).isZero();
    }

    @Test
    void nothingOfTheRecorderIsLoadedWhileNobodyRecords() throws Exception {
        assumeFalse(Needs.isWine(), "a process of its own needs a class path of Windows");
        JavaCommand.Outcome outcome = JavaCommand.run(List.of(
                "-Xlog:class+load", RecorderLoading.class.getName(), backend.name()));
        assertThat(outcome.lines()).contains("served");
        assertThat(outcome.lines())
                .anyMatch(line -> line.contains("dev.sluice.internal.net.EventRecorder"))
                .noneMatch(line -> line.contains("dev.sluice.internal.net.AcceptEvent"))
                .noneMatch(line -> line.contains("dev.sluice.PortStatisticsEvent"));
        // What asks for the first recording takes few classes, and nothing that records.
        assertThat(outcome.lines().stream().filter(line -> line.contains(" jdk.jfr.")))
                .hasSizeLessThan(12)
                .noneMatch(line -> line.contains("Repository") || line.contains("Metadata"));
    }
}
