package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bench.load.Generator.Run;
import dev.sluice.bench.load.Generator.Waiting;
import java.io.IOException;
import java.io.InputStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadConnectionsTest {
    private static final long SHORT_NANOS = 5_000_000;

    @ParameterizedTest
    @CsvSource({"1x64,BLOCK", "1x64,SPIN", "20x64,BLOCK", "4x200000,BLOCK", "8x64p16,SPIN"})
    void everyMessageIsCountedAndTimed(String load, Waiting waiting) throws IOException {
        Histogram latencies = LatencyHistograms.create();
        try (TestServer server = new TestServer(InputStream::transferTo);
                LoadConnections connections = LoadConnections.open(server.address(),
                        Load.parse(load))) {
            Run first = connections.run(SHORT_NANOS, waiting, latencies);
            Run second = connections.run(SHORT_NANOS, waiting, latencies);
            assertThat(first.messages()).isPositive();
            assertThat(first.elapsedNanos()).isPositive();
            assertThat(first.messages() + second.messages())
                    .isEqualTo(latencies.getTotalCount());
        }
    }

    @Test
    void aRunOfNoTimeStillSendsEveryConnectionsMessagesOnce() throws IOException {
        try (TestServer server = new TestServer(InputStream::transferTo);
                LoadConnections connections = LoadConnections.open(server.address(),
                        new Load(7, 64, 3))) {
            Run run = connections.run(0, Waiting.BLOCK, LatencyHistograms.create());
            assertThat(run.messages()).isEqualTo(21);
        }
    }

    @Test
    void aServerThatClosesFailsTheRun() throws IOException {
        try (TestServer server = new TestServer((in, out) -> in.readNBytes(64));
                LoadConnections connections = LoadConnections.open(server.address(),
                        new Load(1, 64, 1))) {
            assertThatExceptionOfType(IOException.class).isThrownBy(
                    () -> connections.run(SHORT_NANOS, Waiting.BLOCK,
                            LatencyHistograms.create()));
        }
    }

    @Test
    void aServerThatSendsMoreThanItGotFailsTheRun() throws IOException {
        try (TestServer server = new TestServer((in, out) -> {
            out.write(in.readNBytes(64));
            out.write(new byte[640]);
            in.readAllBytes();
        });
                LoadConnections connections = LoadConnections.open(server.address(),
                        new Load(1, 64, 1))) {
            assertThatExceptionOfType(IOException.class).isThrownBy(
                    // It ends as soon as that is seen.
                    () -> connections.run(60_000_000_000L, Waiting.BLOCK,
                            LatencyHistograms.create()))
                    .withMessageContaining("more than it received");
        }
    }
}
