package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void anUnknownBackendIsToldWithThoseThereAre() {
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
    void aFileThatCannotBeWrittenIsToldBeforeTheWork() throws Exception {
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
