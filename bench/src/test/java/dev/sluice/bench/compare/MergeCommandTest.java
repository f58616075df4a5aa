package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.CommandFailure;
import dev.sluice.bench.results.ResultFile;
import dev.sluice.bench.results.Samples;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
        ResultFile.write(Samples.results(List.of(Samples.load(Samples.slices(8)))), file);
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
