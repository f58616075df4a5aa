package dev.sluice.cli.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.results.Interval;
import dev.sluice.bench.results.ResultFile;
import dev.sluice.bench.results.Results;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class JmhCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new JmhCommand()).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err)).execute(arguments);
    }

    @Test
    void whatIsNoPatternIsRefusedBeforeAnyWork() {
        assertThat(run("Downcall.(")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("--forks", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("--json", folder.resolve("no/x.json").toString()))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("regular expression", "--forks", "cannot write ");
    }

    @Test
    void aPatternThatMatchesNothingIsReported() {
        assertThat(run("NoSuchBenchmark")).isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(err.toString()).contains("NoSuchBenchmark");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "what it measures is Linux's")
    void aBenchmarkRunsInAJvmOfItsOwnAndItsValuesAreWritten() throws Exception {
        Path json = folder.resolve("jmh.json");
        assertThat(run("Downcall.ffm(Plain|Captured)", "--forks", "1", "--iterations", "2",
                "--millis", "20", "--json", json.toString())).as(err.toString()).isZero();
        Results results = ResultFile.read(json);
        assertThat(results.sections()).singleElement().satisfies(section -> {
            assertThat(section.name()).isEqualTo("Downcall");
            assertThat(section.rows()).extracting("name")
                    .containsExactly("ffmCaptured", "ffmPlain");
            assertThat(section.figure(section.rows().getFirst(), 0)).map(Interval::median)
                    .hasValueSatisfying(nanos -> assertThat(nanos).isPositive());
        });
        assertThat(out.toString()).contains("ffmPlain");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "what it measures is Linux's")
    void anEntryGoesThroughARingOfMemoryAlone() throws Exception {
        Path json = folder.resolve("rings.json");
        assertThat(run("Rings", "--forks", "1", "--iterations", "1", "--millis", "20", "--json",
                json.toString())).as(err.toString()).isZero();
        assertThat(ResultFile.read(json).sections()).singleElement()
                .satisfies(section -> assertThat(
                        section.rows()).extracting("name").containsExactly("pop", "push"));
    }
}
