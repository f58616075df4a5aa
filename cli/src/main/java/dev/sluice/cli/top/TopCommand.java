package dev.sluice.cli.top;

import dev.sluice.cli.CommandFailure;
import dev.sluice.cli.TerminalWidth;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jdk.management.jfr.RemoteRecordingStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code top}. */
@Command(name = "top", mixinStandardHelpOptions = true,
        description = "Shows the ports of a running process, until Ctrl-C or the process ends it.",
        footer = {"",
            "Nothing needs to be prepared in the process: its JDK Flight Recorder is asked, and"
                    + " records the event dev.sluice.PortStatistics meanwhile.",
            "",
            "OPS are operations in flight, BUFFERS those of the pool in use. WAITS, SUBMITS, TRIES"
                    + " and OTHER are system calls: those that fetch events, only submit, carry out an"
                    + " operation at once, and do anything else. ASLEEP is the share of the time in"
                    + " the kernel's wait. LONGEST is how long the handlers of one poll ran at most,"
                    + " lately."})
public final class TopCommand implements Callable<Integer> {
    /** The recorder passes events on once a second. */
    private static final int SHORTEST_SECONDS = 1;

    private static final int LONGEST_SECONDS = 3600;
    private static final Duration START = Duration.ofSeconds(20);

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PID", description = "the process; jps -l lists those of this user")
    private long pid;

    @Option(names = "--interval", paramLabel = "SECONDS", defaultValue = "1",
            description = "Refreshes in this interval, 1 or more (default: ${DEFAULT-VALUE}).")
    private int interval;

    @Option(names = "--once", description = "Shows one interval and ends, for scripts.")
    private boolean once;

    /** Made by picocli, which then fills in the options. */
    public TopCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        if (interval < SHORTEST_SECONDS || interval > LONGEST_SECONDS) {
            throw new ParameterException(spec.commandLine(), "--interval " + interval + ": use "
                    + SHORTEST_SECONDS + " to " + LONGEST_SECONDS + " seconds");
        }
        try (RunningProcess process = RunningProcess.connect(pid)) {
            watch(process);
        }
        return 0;
    }

    private void watch(RunningProcess process) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        boolean terminal = isTerminal();
        Monitor monitor = new Monitor(process, new Screen(out, terminal && !once),
                terminal ? TerminalWidth.columns() : Integer.MAX_VALUE, once);
        Duration period = Duration.ofSeconds(interval);
        try (RemoteRecordingStream stream = process.record(period)) {
            // Otherwise Ctrl-C would leave a recording in the process.
            Thread end = new Thread(stream::close);
            Runtime.getRuntime().addShutdownHook(end);
            stream.onEvent(Sample.EVENT, monitor::add);
            stream.onFlush(monitor::flush);
            stream.onClose(monitor::ended);
            stream.onError(failure -> monitor.ended());
            stream.startAsync();
            CompletableFuture<Void> exit = process.onExit(monitor::ended);
            Duration patience = START.plus(period.multipliedBy(2));
            boolean seen = monitor.awaitPorts(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (!seen) {
                Runtime.getRuntime().removeShutdownHook(end);
                throw new CommandFailure("process " + pid + " (" + process.command()
                        + ") has no open port of Sluice: is it the right process? A version of"
                        + " Sluice without the event " + Sample.EVENT + " cannot be watched");
            }
            monitor.awaitEnd();
            exit.cancel(true);
            Runtime.getRuntime().removeShutdownHook(end);
        }
        if (!monitor.hasShown()) {
            throw new CommandFailure("process " + pid + " ended before a second sample of it came");
        }
        if (!once) {
            out.println("process " + pid + " has ended");
        }
    }

    @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null where there is no terminal
    private static boolean isTerminal() {
        return System.console() != null && System.console().isTerminal();
    }
}
