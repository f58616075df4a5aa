package dev.sluice.cli.prove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.Capabilities;
import dev.sluice.cli.CommandFailure;
import dev.sluice.cli.compare.MergeCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The questions, asked for real on every backend that works here. */
class ProveCommandTest {
    @TempDir
    private Path folder;

    private static String run(Object command, String... arguments) {
        StringWriter out = new StringWriter();
        int exitCode = new CommandLine(command).setOut(new PrintWriter(out)).execute(arguments);
        assertThat(exitCode).as(out.toString()).isZero();
        return out.toString();
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the answers of Linux")
    void linuxAnswersAsTheContractSays() {
        List<String> backends = Capabilities.report().stream()
                .filter(Capabilities.Support::available)
                .map(support -> support.backend().toString()).toList();
        assumeThat(backends).isNotEmpty();
        Path file = folder.resolve("linux.json");
        String out = run(new ProveCommand(), "--json", file.toString());
        assertThat(out).contains("Written: " + file);
        assertThat(out.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(110));
        Proof proof = ProofFile.read(file);
        assertThat(proof.backends()).containsExactlyElementsOf(backends);
        assertThat(proof.features().keySet()).containsExactlyElementsOf(backends);
        for (SequencedMap<String, String> answers : proof.answers().values()) {
            assertThat(answers.keySet()).containsExactlyElementsOf(
                    Proof.questions().stream().map(OpenQuestion::name).toList());
            assertThat(answers)
                    .containsEntry("connection after a cancelled receive",
                            "CANCELLED, then 1000 of 1000 bytes and EOF")
                    .containsEntry("reset before the receive",
                            "first receive RESET, second RESET")
                    .containsEntry("clients in a backlog of 1000",
                            "400 of 400 connected while nobody accepted")
                    .hasEntrySatisfying("bytes of a cancelled send",
                            answer -> assertThat(answer)
                                    .isEqualTo(
                                            "OK, and as many bytes came as it reported, then EOF"))
                    .hasEntrySatisfying("refused connect",
                            answer -> assertThat(answer).startsWith("REFUSED after "))
                    .hasEntrySatisfying("CPU time of a thread that is busy for 300 ms",
                            answer -> assertThat(answer).startsWith("process "));
        }
    }

    private static Proof proof(String system, String answer) {
        SequencedMap<String, String> answers = new LinkedHashMap<>();
        answers.put("waits of 1 ms", answer);
        SequencedMap<String, SequencedMap<String, String>> byBackend = new LinkedHashMap<>();
        byBackend.put("iocp", answers);
        return new Proof(system, "25", true, "2026-11-30T20:00:00Z", byBackend,
                new LinkedHashMap<>());
    }

    @Test
    void mergeShowsTheMachinesBelowEachQuestion() throws Exception {
        Path one = folder.resolve("office.json");
        Path other = folder.resolve("cloud.json");
        ProofFile.write(proof("Windows 11", "median 15.6 ms"), one);
        ProofFile.write(proof("Windows Server 2025", "median 1.1 ms, and a sentence of many"
                + " words that does not fit on a line of sixty columns"), other);
        assertThat(run(new MergeCommand(), "--width", "60", one.toString(), other.toString()))
                .isEqualTo(String.join(System.lineSeparator(),
                        "office: Windows 11, Java 25, 2026-11-30T20:00:00Z; under Wine: behaviour only",
                        "cloud: Windows Server 2025, Java 25, 2026-11-30T20:00:00Z; under Wine: behaviour only",
                        "",
                        "waits of 1 ms",
                        "  office iocp  median 15.6 ms",
                        "  cloud iocp   median 1.1 ms, and a sentence of many words",
                        "               that does not fit on a line of sixty columns",
                        ""));
    }

    @Test
    void aFileOfAnotherKindOrVersionIsNamed() throws Exception {
        Path proof = folder.resolve("proof.json");
        Path other = folder.resolve("other.json");
        Files.writeString(proof, "{\"kind\":\"proof\",\"schemaVersion\":99}");
        Files.writeString(other, "{\"schemaVersion\":1}");
        assertThat(ProofFile.isOne(other)).isFalse();
        assertThat(ProofFile.isOne(folder.resolve("none"))).isFalse();
        assertThat(Proofs.areAmong(List.of(other, proof))).isTrue();
        SequencedMap<String, Path> files = new LinkedHashMap<>();
        files.put("proof", proof);
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> Proofs.sideBySide(files, 80))
                .withMessageContaining("schema version 99, not 1");
    }
}
