package dev.sluice.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.results.Environment;
import dev.sluice.bench.results.ResultFile;
import dev.sluice.bench.results.Results;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import dev.sluice.bench.results.Section.Row;
import dev.sluice.bench.results.Settings;
import dev.sluice.cli.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MergeCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();

    private int run(String... arguments) {
        CommandLine line = new CommandLine(new MergeCommand()).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(new StringWriter()));
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            throw failure;
        });
        return line.execute(arguments);
    }

    private Path results(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Section section = new Section("churn", "connections", "not pinned", "nio",
                List.of(new Column("CPU", "ns", Better.LESS)),
                List.of(new Row("nio", List.of(List.of(1.0, 2.0)))), List.of());
        ResultFile.write(new Results(Environment.here(), new Settings(2, 50, 50, "one", 1, ""),
                new LinkedHashMap<>(), List.of(), List.of(section), List.of()), file);
        return file;
    }

    @Test
    void runsAreCalledByTheNamesOfTheirFiles() throws IOException {
        Path page = folder.resolve("page.html");
        assertThat(run(results("laptop.json").toString(), results("server.json").toString(),
                "--html", page.toString())).isZero();
        assertThat(page).content().contains(">laptop<", ">server<");
        assertThat(out.toString()).contains("2 runs");
    }

    @Test
    void theTablesAreAsWideAsAsked() throws IOException {
        String[] files = {results("laptop.json").toString(), results("server.json").toString()};
        assertThat(run(files[0], files[1], "--width", "200")).isZero();
        assertThat(out.toString().lines()).anySatisfy(line -> assertThat(line)
                .contains("1 laptop", "2 server"));
        out.getBuffer().setLength(0);
        assertThat(run(files[0], files[1], "--width", "12")).isZero();
        assertThat(out.toString().lines())
                .anySatisfy(line -> assertThat(line.strip()).isEqualTo("1 laptop"))
                .anySatisfy(line -> assertThat(line.strip()).isEqualTo("2 server"));
        assertThat(out.toString()).doesNotContain("written");
    }

    @Test
    void filesOfOneNameAreCalledByTheirPaths() throws IOException {
        Path page = folder.resolve("page.html");
        String one = results("a/x.json").toString();
        assertThat(run(one, results("b/x.json").toString(), "--html", page.toString())).isZero();
        assertThat(page).content().contains(one.replace(".json", "<"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"schemaVersion\": 1}|has schema version 1, not",
        "{\"schemaVersion\": 99}|has schema version 99, not", "{}|is missing",
        "[1]|no JSON", "not json|no JSON"})
    void whatIsNoResultOfThisSchemaIsRefusedByItsName(String content, String why)
            throws IOException {
        Path file = Files.writeString(folder.resolve("other.json"), content);
        Path page = folder.resolve("page.html");
        CommandLine line = new CommandLine(new MergeCommand());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            assertThat(failure).isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("other.json").hasMessageContaining(why);
            return 1;
        });
        assertThat(line.execute(file.toString(), "--html", page.toString())).isEqualTo(1);
        assertThat(page).doesNotExist();
    }
}
