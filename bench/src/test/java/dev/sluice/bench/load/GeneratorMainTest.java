package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class GeneratorMainTest {
    private static List<String> answers(Load load, String orders) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TestServer server = new TestServer(InputStream::transferTo)) {
            GeneratorMain.serve(server.address(), load,
                    new BufferedReader(new StringReader(orders)),
                    new PrintStream(out, true, StandardCharsets.UTF_8));
        }
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void everyOrderIsARunWhoseMessagesAndLatenciesAreReported() throws IOException {
        List<String> lines = answers(new Load(3, 64, 2), "0 BLOCK\n2000000 BLOCK\n");
        assertThat(lines).hasSize(3).first().isEqualTo(GeneratorMain.CONNECTED);
        GeneratorAnswer first = GeneratorAnswer.parse(lines.get(1));
        assertThat(first.run().messages()).isEqualTo(6);
        assertThat(first.latencies().getTotalCount()).isEqualTo(6);
        assertThat(first.run().elapsedNanos()).isPositive();
        GeneratorAnswer second = GeneratorAnswer.parse(lines.get(2));
        assertThat(second.run().messages()).isEqualTo(second.latencies().getTotalCount());
    }

    @Test
    void anAnswerIsReadAsItWasWritten() throws IOException {
        var latencies = LatencyHistograms.create();
        latencies.recordValue(12_345);
        latencies.recordValue(50_000_000_000L);
        GeneratorAnswer answer = new GeneratorAnswer(new Generator.Run(2, 3, 4), 5, latencies);
        assertThat(GeneratorAnswer.parse(answer.line())).isEqualTo(answer);
    }

    @Test
    void whatIsNoAnswerIsRefused() {
        for (String line : List.of("", "1 2 3 4", "1 2 3 4 ?", "1 2 3 x AAAA", "1 2 3 4 AAAA")) {
            assertThatExceptionOfType(IOException.class).as(line)
                    .isThrownBy(() -> GeneratorAnswer.parse(line));
        }
    }
}
