package dev.sluice.cli;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.results.OutputFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** An option that names a file to write. */
public final class OutputOption {
    private OutputOption() {}

    /**
     * Fails before the work if the file cannot be written.
     *
     * @param file null if the option is not used
     * @throws ParameterException with the option's name and the cause
     */
    public static void check(CommandSpec command, String option, @Nullable Path file) {
        if (file == null) {
            return;
        }
        try {
            new OutputFile(file).check();
        } catch (BenchException failure) {
            throw new ParameterException(command.commandLine(),
                    option + ": " + failure.getMessage(), failure);
        }
    }
}
