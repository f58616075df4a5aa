package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bench.load.Generator.Run;
import dev.sluice.bench.load.Generator.Waiting;
import dev.sluice.bench.load.LatencyHistograms;
import dev.sluice.bench.load.Load;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, disabledReason = "the comparison runs on Linux")
class GeneratorProcessTest {
    private static final long SHORT_NANOS = 5_000_000;

    @Test
    void itsRunsAreThoseOfAGeneratorHereAndItEndsWhenItIsClosed() throws Exception {
        try (ServerProcess server = ServerProcess.start("nio", ServerProcessTest.nio())) {
            server.awaitListening();
            GeneratorProcess generator = GeneratorProcess.open(server.address(),
                    new Load(5, 64, 1));
            try (generator) {
                Histogram latencies = LatencyHistograms.create();
                Run first = generator.run(SHORT_NANOS, Waiting.BLOCK, latencies);
                Run second = generator.run(0, Waiting.BLOCK, latencies);
                assertThat(second.messages()).isEqualTo(5);
                assertThat(first.messages()).isGreaterThanOrEqualTo(5);
                assertThat(first.cpuNanos()).isPositive();
                assertThat(latencies.getTotalCount())
                        .isEqualTo(first.messages() + second.messages());
                assertThat(generator.compiledMillis()).isPositive();
                assertThat(generator.pid()).isNotEqualTo(ProcessHandle.current().pid());
            }
            assertThat(ProcessHandle.of(generator.pid()).filter(ProcessHandle::isAlive)).isEmpty();
        }
    }

    @Test
    void aMissingServerIsReportedInTheGeneratorsWords() throws IOException {
        InetSocketAddress gone;
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            gone = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
        }
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> GeneratorProcess.open(gone, new Load(1, 64, 1)))
                .withMessageContaining("refused");
    }

    @Test
    void aServerThatEndsMeanwhileFailsTheRun() throws Exception {
        try (ServerProcess server = ServerProcess.start("nio", ServerProcessTest.nio())) {
            server.awaitListening();
            try (GeneratorProcess generator = GeneratorProcess.open(server.address(),
                    new Load(1, 64, 1))) {
                server.kill();
                assertThatExceptionOfType(IOException.class).isThrownBy(() -> generator
                        .run(SHORT_NANOS, Waiting.BLOCK, LatencyHistograms.create()))
                        .withMessageContaining("its generator ended");
            }
        }
    }
}
