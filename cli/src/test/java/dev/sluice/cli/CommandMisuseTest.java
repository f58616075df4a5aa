package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.results.OutputFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the commands say when they are asked for what cannot be: one line, and no success. */
class CommandMisuseTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @Test
    void anUnknownBackendIsReportedWithTheKnownOnes() {
        assertThat(run("semantics", "--backend", "kqueue")).isEqualTo(2);
        assertThat(err.toString().lines()).containsExactly(
                "sluice semantics: Invalid value for option '--backend': unknown backend"
                        + " 'kqueue': use epoll, io_uring or iocp (see sluice semantics --help)");
    }

    @Test
    void aBackendOfAnotherSystemIsRefusedWithItsCause() {
        boolean isWindows = System.getProperty("os.name").startsWith("Windows");
        String foreign = isWindows ? "epoll" : "iocp";
        assertThat(run("semantics", "--backend", foreign)).isEqualTo(1);
        assertThat(err.toString().lines()).containsExactly(
                "sluice semantics: " + foreign + " needs " + (isWindows ? "Linux" : "Windows"));
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aFileThatCannotBeWrittenIsReportedBeforeTheWork() throws Exception {
        Path missing = folder.resolve("missing").resolve("page.md");
        assertThat(run("semantics", "--markdown", missing.toString())).isEqualTo(1);
        assertThat(err.toString().lines()).containsExactly("sluice semantics: cannot write "
                + missing + ": there is no directory " + missing.getParent());
        assertThat(out.toString()).isEmpty();

        err.getBuffer().setLength(0);
        Path directory = Files.createDirectory(folder.resolve("directory"));
        assertThat(run("semantics", "--json", directory.toString())).isEqualTo(1);
        assertThat(err.toString().lines()).containsExactly("sluice semantics: cannot write "
                + directory + ": it is a directory");

        err.getBuffer().setLength(0);
        Path tooLong = folder.resolve("x".repeat(300));
        assertThat(run("semantics", "--json", tooLong.toString())).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(folder).isDirectoryNotContaining(file -> !Files.isDirectory(file));
    }

    /** The file is written beside the old one first, so that must be possible too. */
    @Test
    void theFileOfResultsIsTriedAsItWillBeWritten() throws Exception {
        Path page = Files.writeString(folder.resolve("page.html"), "old");
        Path inTheWay = Files.createDirectory(folder.resolve("page.html.tmp"));
        Path run = Files.writeString(folder.resolve("run.json"), "{}");
        assertThat(run("merge", run.toString(), "--html", page.toString())).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString()
                .startsWith("sluice merge: --html: cannot write " + page + ": ");
        assertThat(page).hasContent("old");
        assertThat(inTheWay).isDirectory();
    }

    @Test
    void aLinkStaysWhatItIs() throws Exception {
        Path target = Files.writeString(folder.resolve("target"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        new OutputFile(link).check();
        assertThat(target).hasContent("old");
        new OutputFile(link).write("new");
        assertThat(link).isSymbolicLink();
        assertThat(target).hasContent("new");
    }

    @Test
    void aFileWithoutResultsIsReportedWithWhatIsExpected() throws Exception {
        Path page = folder.resolve("page.html");
        for (String text : List.of("", "no JSON", "[1]", "{}")) {
            err.getBuffer().setLength(0);
            Path file = Files.writeString(folder.resolve("run.json"), text);
            assertThat(run("merge", file.toString(), "--html", page.toString())).isEqualTo(1);
            assertThat(err.toString().lines()).as(text).singleElement().asString()
                    .startsWith("sluice merge: " + file)
                    .endsWith("; give what compare --json or jmh --json wrote");
        }
        assertThat(page).doesNotExist();
    }

    @Test
    void doctorTakesNoArguments() {
        assertThat(run("doctor", "nonsense")).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
    }

    private int run(String... args) {
        CommandLine top = Main.commandLine();
        top.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return Main.run(top, new Failures(false), args);
    }
}
