package dev.sluice.cli.jmh;

import dev.sluice.bench.jmh.JmhRun;
import dev.sluice.bench.report.ReportPage;
import dev.sluice.bench.report.ResultTable;
import dev.sluice.bench.report.Run;
import dev.sluice.bench.results.ResultFile;
import dev.sluice.bench.results.Results;
import dev.sluice.cli.OutputOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice jmh}. */
@Command(name = "jmh", mixinStandardHelpOptions = true,
        description = "Measures single calls, submissions and translations with JMH.")
public final class JmhCommand implements Callable<Integer> {
    private static final int MAX_FORKS = 100;
    private static final int MAX_ITERATIONS = 10_000;
    private static final int MAX_MILLIS = 60_000;

    @Parameters(arity = "0..1", paramLabel = "PATTERN", defaultValue = "",
            description = "A regular expression for names such as Downcall.ffmPlain (default: all).")
    private String pattern = "";

    @Option(names = "--forks", paramLabel = "N",
            description = "Java virtual machines, one after the other (default: ${DEFAULT-VALUE}).")
    private int forks = 2;

    @Option(names = "--iterations", paramLabel = "N",
            description = "Values in each of them (default: ${DEFAULT-VALUE}).")
    private int iterations = 5;

    @Option(names = "--millis", paramLabel = "MILLIS",
            description = "How long a value is measured (default: ${DEFAULT-VALUE}).")
    private int millis = 300;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Also writes all values to this file, for merge.")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE",
            description = "Also writes a page with tables and plots.")
    private @Nullable Path html;

    @Spec
    private CommandSpec spec;

    /** For picocli, which injects the specification. */
    @SuppressWarnings("NullAway.Init")
    public JmhCommand() {}

    @Override
    public Integer call() throws IOException {
        check();
        Results results = new JmhRun(pattern, forks, iterations, millis).results();
        PrintWriter out = spec.commandLine().getOut();
        new ResultTable(results).lines().forEach(out::println);
        if (json != null) {
            ResultFile.write(results, json);
            out.println("Results written to " + json);
        }
        if (html != null) {
            ReportPage.write(List.of(new Run("", results)), Map.of(), html);
            out.println("Report written to " + html);
        }
        out.flush();
        return 0;
    }

    private void check() {
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw badUsage("not a regular expression: " + e.getMessage());
        }
        requireWithin("--forks", forks, MAX_FORKS);
        requireWithin("--iterations", iterations, MAX_ITERATIONS);
        requireWithin("--millis", millis, MAX_MILLIS);
        OutputOption.check(spec, "--json", json);
        OutputOption.check(spec, "--html", html);
        if (html != null) {
            ReportPage.requireFonts();
        }
    }

    private void requireWithin(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw badUsage(option + " must be 1 to " + max + ", not " + value);
        }
    }

    private ParameterException badUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
