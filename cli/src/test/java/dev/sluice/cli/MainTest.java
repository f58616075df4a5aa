package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpAndVersionSucceed() {
        assertThat(run(false, "--help")).isZero();
        assertThat(out.toString()).startsWith("Usage: sluice");
        assertThat(run(false, "--version")).isZero();
        assertThat(out.toString()).containsPattern("sluice \\d+\\.\\d+\\.\\d+");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpIsACommandToo() {
        assertThat(run(false, "help")).isZero();
        assertThat(out.toString()).startsWith("Usage: sluice").contains("compare", "doctor");
        out.getBuffer().setLength(0);
        assertThat(run(false, "help", "compare")).isZero();
        assertThat(out.toString()).startsWith("Usage: sluice compare").contains("fan-out",
                "a message from one connection to 1,000 others", "sluice-tpp-epoll");
        assertThat(run(false, "help", "nonsense")).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void badUsageIsOneLineAndExitCodeTwo() {
        assertThat(run(false, "--nonsense")).isEqualTo(2);
        assertThat(err.toString().lines()).containsExactly(
                "sluice: Unknown option: '--nonsense' (see sluice --help)");
    }

    @Test
    void anUnknownCommandIsNamedWithThoseThereAre() {
        assertThat(run(false, "nonsense")).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith("sluice: unknown command 'nonsense'; there are ")
                .contains("fail");
    }

    @Test
    void noCommandIsBadUsage() {
        assertThat(run(false)).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void anOptionOfACommandThatDoesNotFitNamesTheCommand() {
        assertThat(run(false, "fail", "--number", "x")).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).startsWith("sluice fail: ").contains("--number")
                .contains("(see sluice fail --help)");
    }

    @Test
    void aFailureIsItsMessageAlone() {
        assertThat(run(false, "fail", "--number", "1")).isEqualTo(1);
        assertThat(err.toString().lines()).containsExactly("sluice fail: port 7 is taken; try 8");
    }

    @Test
    void somethingUnexpectedIsOneLineToo() {
        assertThat(run(false, "fail", "--number", "2")).isEqualTo(1);
        assertThat(err.toString().lines()).containsExactly(
                "sluice fail: IllegalStateException: odd (SLUICE_DEBUG=1 shows where)");
        assertThat(run(false, "fail", "--number", "3")).isEqualTo(1);
        assertThat(err.toString()).contains("sluice: UnsatisfiedLinkError: no library");
    }

    @Test
    void debugShowsTheTrace() {
        assertThat(run(true, "fail", "--number", "2")).isEqualTo(1);
        assertThat(err.toString()).contains("\tat dev.sluice.cli.MainTest$Fail.run(");
    }

    private int run(boolean showTraces, String... args) {
        Failures failures = new Failures(showTraces);
        CommandLine top = Main.commandLine();
        top.addSubcommand(new Fail());
        top.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return Main.run(top, failures, args);
    }

    @Command(name = "fail")
    private static final class Fail implements Runnable {
        @Option(names = "--number")
        private int number;

        @Override
        public void run() {
            switch (number) {
                case 1 -> throw new CommandFailure("port 7 is taken\n  try 8");
                case 2 -> throw new IllegalStateException("odd");
                default -> throw new UnsatisfiedLinkError("no library");
            }
        }
    }
}
