package dev.sluice.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.results.Interval;
import dev.sluice.bench.results.ResultFile;
import dev.sluice.bench.results.Results;
import dev.sluice.bench.results.Section;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CompareCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new CompareCommand()).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err)).setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
    }

    @ParameterizedTest
    @CsvSource({"--loads=64x,64x", "--only=nginx,nginx", "--cycles=0,--cycles",
        "--slice=0,--slice", "--pin=three,three", "--cycles=x,x", "'--loads=,',name a load"})
    void badInputIsRefusedBeforeAnyWorkByItsName(String argument, String named) {
        assertThat(run(argument)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains(named);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aFileThatCannotBeWrittenIsRefusedBeforeAnyWork() {
        assertThat(run("--json", folder.resolve("no/such/folder/x.json").toString()))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("--html", folder.resolve("no/such/folder/x.html").toString()))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("--json", folder.toString())).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains(
                "--json: cannot write ", "--html: cannot write ", "there is no directory",
                "it is a directory");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "CPU clocks and processors are Linux's")
    void twoServersAreComparedFromEndToEnd() throws Exception {
        Path json = folder.resolve("results.json");
        int status = run("--cycles", "1", "--slice", "5", "--warm-up", "20", "--loads",
                "2x64,1x100p3", "--only",
                "nio,nio2", "--json", json.toString());
        assertThat(err.toString()).isEmpty();
        assertThat(status).isZero();
        assertThat(out.toString()).contains("2x64: 2 connections", "nio2 ", "baseline");
        Results results = ResultFile.read(json);
        assertThat(results.loads()).hasSize(2).allSatisfy(load -> {
            assertThat(load.servers()).contains("nio", "nio2");
            assertThat(load.slices()).allSatisfy(slice -> {
                assertThat(slice.messages()).isPositive();
                assertThat(slice.cpuNanos()).isPositive();
            });
        });
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "CPU clocks and processors are Linux's")
    void whereOneProcessMayNotConnectToAllServersEachHasAGeneratorOfItsOwn() throws Exception {
        Path json = folder.resolve("results.json");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process command = new ProcessBuilder("sh", "-c", "ulimit -n 500; exec \"$@\"", "sh", java,
                "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), "dev.sluice.cli.Main", "compare",
                "--no-aot", "--cycles", "1", "--slice", "5", "--warm-up", "20", "--loads",
                "150x64,400x64", "--only", "nio,nio2", "--json", json.toString())
                .redirectErrorStream(true).start();
        String said = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(command.waitFor()).as(said).isZero();
        Results results = ResultFile.read(json);
        assertThat(results.loads()).singleElement().satisfies(load -> {
            assertThat(load.load().name()).isEqualTo("150x64");
            assertThat(load.placement()).contains("a generator process for each server");
            assertThat(load.servers()).contains("nio", "nio2");
            assertThat(load.slices()).allSatisfy(
                    slice -> assertThat(slice.messages()).isGreaterThanOrEqualTo(150));
        });
        assertThat(results.notes()).anyMatch(note -> note.startsWith("400x64 left out"));
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "CPU clocks and processors are Linux's")
    void loadsThatAreNoEchoLoadsAndCountsBecomeSections() throws Exception {
        Path json = folder.resolve("results.json");
        int status = run("--cycles", "2", "--slice", "5", "--warm-up", "20", "--loads",
                "churn,bulk,mixed,rate1000,fan-out", "--only", "nio", "--counts", "--json",
                json.toString());
        assertThat(err.toString()).isEmpty();
        assertThat(status).isZero();
        Results results = ResultFile.read(json);
        assertThat(results.loads()).isEmpty();
        assertThat(results.sections()).extracting("name").containsExactly("churn-close",
                "churn-half-close", "churn-abort", "bulk-echo", "mixed", "rate1000", "counts",
                "bulk-receive", "bulk-send", "fan-out");
        assertThat(results.sections()).allSatisfy(section -> {
            assertThat(section.rows()).extracting("name").contains("nio");
            assertThat(section.rows().getFirst().cells()).hasSameSizeAs(section.columns());
        });
        Section counts = results.sections().get(6);
        assertThat(counts.figure(counts.rows().getFirst(), 1)).hasValueSatisfying(
                switches -> assertThat(switches.median()).isPositive());
        assertThat(counts.figure(counts.rows().getFirst(), 0).map(Interval::median))
                .satisfiesAnyOf(calls -> assertThat(calls).isEmpty(),
                        calls -> assertThat(calls.orElseThrow()).isBetween(0.5, 10.0));
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "CPU clocks and processors are Linux's")
    void aProxyIsMeasuredBetweenTheGeneratorAndAServer() throws Exception {
        Path json = folder.resolve("results.json");
        int status = run("--cycles", "2", "--slice", "5", "--warm-up", "20", "--loads",
                "proxy,2x64-unpinned", "--only", "jdk-virtual,jdk-virtual-untimed", "--json",
                json.toString());
        assertThat(err.toString()).isEmpty();
        assertThat(status).isZero();
        Results results = ResultFile.read(json);
        assertThat(results.sections()).singleElement().satisfies(section -> {
            assertThat(section.name()).isEqualTo("proxy");
            assertThat(section.placement()).isEqualTo("not pinned");
            assertThat(section.rows()).extracting("name")
                    .contains("jdk-virtual", "jdk-virtual-untimed");
        });
        assertThat(results.loads()).singleElement().satisfies(load -> {
            assertThat(load.load().isUnpinned()).isTrue();
            assertThat(load.placement()).isEqualTo("not pinned");
            assertThat(load.servers()).contains("jdk-virtual");
        });
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "CPU clocks and processors are Linux's")
    void firstMessagesAndRequestsAreMeasuredWithoutWarmServers() throws Exception {
        Path json = folder.resolve("results.json");
        int status = run("--cycles", "1", "--slice", "5", "--warm-up", "20", "--loads",
                "request,first", "--only", "jdk-virtual,jdk-httpserver", "--json",
                json.toString());
        assertThat(err.toString()).isEmpty();
        assertThat(status).isZero();
        Results results = ResultFile.read(json);
        assertThat(results.loads()).isEmpty();
        assertThat(results.sections()).extracting("name").containsExactly("first-1", "first-100",
                "first-10000", "request-1", "request-16");
        assertThat(results.sections()).allSatisfy(section -> {
            // C is the baseline where it knows the task, and a compiler is here.
            assertThat(section.baseline()).isIn(section.name().startsWith("request")
                    ? List.of("c-epoll", "jdk-virtual")
                    : List.of("jdk-virtual"));
            assertThat(section.rows()).extracting("name").contains("jdk-virtual");
        });
        assertThat(results.sections().getFirst().rows()).extracting("name")
                .as("a server that does not echo has no first echo")
                .doesNotContain("jdk-httpserver");
        assertThat(results.sections().getLast().rows()).extracting("name")
                .contains("jdk-httpserver");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "CPU clocks and processors are Linux's")
    void whatWasMeasuredIsNotLostWhenTheCommandIsEnded() throws Exception {
        Path json = folder.resolve("results.json");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process command = new ProcessBuilder(java, "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), "dev.sluice.cli.Main", "compare",
                "--no-aot", "--cycles", "50", "--slice", "5", "--warm-up", "20", "--loads",
                "2x64,bulk1g", "--only", "nio", "--json", json.toString())
                .redirectErrorStream(true).start();
        BufferedReader said = command.inputReader(StandardCharsets.UTF_8);
        try (said) {
            assertThat(said.lines().anyMatch(line -> line.startsWith("bulk1g-"))).isTrue();
            command.toHandle().destroy(); // SIGTERM, while its second load runs
            List<String> after = said.lines().toList();
            assertThat(after).contains("Ended early. What was measured until then:",
                    "Results written to " + json);
            assertThat(after).noneMatch(line -> line.contains("failed"));
        }
        assertThat(command.waitFor()).isNotZero();
        assertThat(ResultFile.read(json).loads()).singleElement()
                .satisfies(load -> assertThat(load.load().name()).isEqualTo("2x64"));
    }

    @Test
    void anImpossibleFolderOfPlotsIsReportedBeforeTheWork() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(run("--plots", file.resolve("plots").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--plots: cannot write to " + file.resolve("plots"));
    }
}
