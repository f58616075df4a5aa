package dev.sluice.cli.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** The command looks at real processes, which know nothing of it. */
@Timeout(300)
class TopCommandTest {
    private static final Pattern LISTENING =
            Pattern.compile("listening on .*:(\\d+) \\(epoll\\).*");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<Process> processes = new ArrayList<>();

    @BeforeEach
    void needsLinux() {
        assumeTrue(System.getProperty("os.name").equals("Linux"),
                "the processes of the test use epoll and sleep");
    }

    @AfterEach
    void endProcesses() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void aServerUnderLoadShowsItsRates() throws Exception {
        Process server = start(java(Main.class.getName(), "echo", "--port", "0", "--backend",
                "epoll"));
        int port = portOf(server);
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Long> load = background(() -> echo(port, over));
        try {
            assertThat(run(String.valueOf(server.pid()), "--once")).as(err::toString).isZero();
        } finally {
            over.set(true);
        }
        assertThat(load.get(60, TimeUnit.SECONDS)).isPositive();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("sluice top, ")
                .contains("process " + server.pid() + ": " + Main.class.getName() + " echo");
        assertThat(lines.get(1)).startsWith("PORT  THREAD").endsWith("FAILED ACCEPTS");
        String[] cells = lines.get(2).strip().split(" {2,}", -1);
        assertThat(cells[2]).isEqualTo("epoll");
        assertThat(cells[3]).as("listener and connection").isEqualTo("2");
        assertThat(rate(cells[5])).as("events").isPositive();
        assertThat(rate(cells[13])).as("tries: a receive and a send each").isPositive();
        assertThat(server.isAlive()).isTrue();
    }

    @Test
    void itEndsWithTheProcess() throws Exception {
        Process server = start(java(Main.class.getName(), "echo", "--port", "0", "--backend",
                "epoll"));
        portOf(server);
        CompletableFuture<Integer> top =
                background(() -> run(String.valueOf(server.pid())));
        while (out.getBuffer().isEmpty() && !top.isDone()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        server.destroyForcibly();
        assertThat(top.get(120, TimeUnit.SECONDS)).as(err::toString).isZero();
        assertThat(out.toString().lines()).last().asString()
                .isEqualTo("process " + server.pid() + " has ended");
    }

    @Test
    void aJavaProcessWithoutAPortIsNamed() throws Exception {
        Process idle = start(java(Idle.class.getName()));
        assertThat(idle.inputReader().readLine()).isEqualTo("idle");
        assertThat(run(String.valueOf(idle.pid()), "--once")).isEqualTo(1);
        assertThat(err.toString()).contains("process " + idle.pid(), Idle.class.getName(),
                "has no open port");
    }

    @Test
    void aProcessThatIsNotJavaSurvivesAndIsNamed() throws Exception {
        Process other = start(List.of("sleep", "120"));
        assertThat(run(String.valueOf(other.pid()))).isEqualTo(1);
        assertThat(err.toString()).contains("process " + other.pid(), "is no Java process",
                "jps -l");
        assertThat(other.isAlive()).isTrue();
    }

    @Test
    void aMissingProcessIsReportedWithTheRemedy() throws Exception {
        Process ended = start(List.of("true"));
        assertThat(ended.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(run(String.valueOf(ended.pid()))).isEqualTo(1);
        assertThat(err.toString()).contains("no process " + ended.pid(), "jps -l");
    }

    @Test
    void wrongArgumentsAreMisuse() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("PID");
        assertThat(run("1", "--interval", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--interval 0: use 1 to 3600 seconds");
    }

    /** A Java program that opens no port. */
    static final class Idle {
        private Idle() {}

        public static void main(String[] args) throws InterruptedException {
            System.out.println("idle");
            TimeUnit.SECONDS.sleep(240);
        }
    }

    /** On a thread of its own: the common pool has few. */
    private static <T> CompletableFuture<T> background(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, Thread::startVirtualThread);
    }

    private int run(String... args) {
        return new CommandLine(new TopCommand()).setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println(failure.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                }).execute(args);
    }

    private Process start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        processes.add(process);
        return process;
    }

    private static List<String> java(String... program) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(program));
        return command;
    }

    private static int portOf(Process server) throws IOException {
        String line = server.inputReader().readLine();
        while (line != null) {
            Matcher matcher = LISTENING.matcher(line);
            if (matcher.matches()) {
                return Integer.parseInt(matcher.group(1));
            }
            line = server.inputReader().readLine();
        }
        throw new AssertionError("the server did not start");
    }

    /** Exchanges single bytes until it is over; returns their number. */
    private static long echo(int port, AtomicBoolean over) {
        long count = 0;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            while (!over.get()) {
                socket.getOutputStream().write(1);
                assertThat(socket.getInputStream().read()).isEqualTo(1);
                count++;
            }
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
        return count;
    }

    private static double rate(String cell) {
        return Double.parseDouble(cell.replace(",", ""));
    }
}
