package dev.sluice.cli;

import dev.sluice.bench.BenchException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Reports failures: one line on the error stream. With {@value #DEBUG}{@code =1} in the environment
 * the stack trace follows.
 */
final class Failures {
    static final String DEBUG = "SLUICE_DEBUG";

    private final boolean showTraces;

    Failures(boolean showTraces) {
        this.showTraces = showTraces;
    }

    /** Reports wrong arguments: exit code 2. */
    int badUsage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        report(command.getErr(), name,
                misfit(failure) + " (see " + name + " --help)", failure);
        return CommandLine.ExitCode.USAGE;
    }

    /** Reports that the command failed: exit code 1. */
    int failed(Exception failure, CommandLine command, @Nullable ParseResult parsed) {
        String name = command.getCommandSpec().qualifiedName();
        report(command.getErr(), name, describe(failure), failure);
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Reports what picocli does not catch, such as a missing library: exit code 1. */
    int failed(Error failure, CommandLine command) {
        report(command.getErr(), command.getCommandName(), describe(failure), failure);
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String misfit(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        boolean wantsCommand = !command.getSubcommands().isEmpty();
        if (wantsCommand && failure instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()) {
            String kind = command.getParent() == null ? "command" : command.getCommandName();
            return "unknown " + kind + " '" + unmatched.getUnmatched().getFirst() + "'; there are "
                    + String.join(", ", command.getSubcommands().keySet());
        }
        return oneLine(failure.getMessage());
    }

    private void report(PrintWriter err, String name, String message, Throwable failure) {
        err.println(name + ": " + message);
        if (showTraces) {
            failure.printStackTrace(err);
        }
        err.flush();
    }

    private static String describe(Throwable failure) {
        String message = failure.getMessage();
        if (message != null
                && (failure instanceof CommandFailure || failure instanceof BenchException)) {
            return oneLine(message);
        }
        String type = failure.getClass().getSimpleName();
        String what = message == null ? type : type + ": " + oneLine(message);
        return what + " (" + DEBUG + "=1 shows where)";
    }

    private static String oneLine(@Nullable String message) {
        return message == null ? "" : message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
