package dev.sluice.bench.jmh;

import dev.sluice.bench.CommandFailure;
import dev.sluice.bench.OutputFile;
import dev.sluice.bench.report.ReportPage;
import dev.sluice.bench.report.ResultTable;
import dev.sluice.bench.report.Run;
import dev.sluice.bench.results.Environment;
import dev.sluice.bench.results.ResultFile;
import dev.sluice.bench.results.Results;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import dev.sluice.bench.results.Section.Row;
import dev.sluice.bench.results.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice jmh}. */
@Command(name = "jmh", mixinStandardHelpOptions = true,
        description = "Measures calls, submissions and translations by themselves, with JMH.")
public final class JmhCommand implements Callable<Integer> {
    private static final int MAX_FORKS = 100;
    private static final int MAX_ITERATIONS = 10_000;
    private static final int MAX_MILLIS = 60_000;
    private static final String PACKAGE = JmhCommand.class.getPackageName();
    private static final String JNI = ".*\\.jni";
    private static final List<String> JVM_FLAGS = List.of("-Xms256m", "-Xmx256m",
            "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"); // JMH still uses it

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
            description = "Writes all values there, for merge.")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Writes a page there.")
    private @Nullable Path html;

    @Spec
    private CommandSpec spec;

    /** Instances are made by picocli, which injects the specification. */
    @SuppressWarnings("NullAway.Init")
    public JmhCommand() {}

    @Override
    public Integer call() throws IOException {
        check();
        boolean hasJni = JniTwin.library().isPresent();
        List<Section> sections = sections(run(hasJni));
        List<String> notes = hasJni
                ? List.of()
                : List.of("Downcall.jni is missing: native/jni was not built, which takes cmake,"
                        + " a C compiler and the headers of a JDK");
        Results results = new Results(Environment.here(), new Settings(forks * iterations, millis,
                millis, "none", 0, String.join(" ", JVM_FLAGS)), new LinkedHashMap<>(), List.of(),
                sections, notes);
        PrintWriter out = spec.commandLine().getOut();
        new ResultTable(results, Map.of()).lines().forEach(out::println);
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
        if (json != null) {
            new OutputFile(json).check(spec, "--json");
        }
        if (html != null) {
            new OutputFile(html).check(spec, "--html");
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

    private Collection<RunResult> run(boolean hasJni) {
        List<String> flags = new ArrayList<>(JVM_FLAGS);
        flags.add("-Dsluice.home=" + System.getProperty("sluice.home", ""));
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(Pattern.quote(PACKAGE) + "\\..*" + pattern)
                .forks(forks)
                .warmupIterations(iterations)
                .warmupTime(TimeValue.milliseconds(millis))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.milliseconds(millis))
                .jvmArgs(flags.toArray(String[]::new))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (!hasJni) {
            options.exclude(JNI);
        }
        try {
            return new Runner(options.build()).run();
        } catch (NoBenchmarksException e) {
            throw new CommandFailure("no benchmark's name matches '" + pattern + "'", e);
        } catch (RunnerException e) {
            throw new CommandFailure("JMH failed: " + e.getMessage(), e);
        }
    }

    /** A section for each class. */
    private static List<Section> sections(Collection<RunResult> results) {
        Map<String, List<RunResult>> byClass = results.stream()
                .sorted(Comparator.comparing(result -> name(result.getParams())))
                .collect(Collectors.groupingBy(result -> className(result.getParams()),
                        LinkedHashMap::new, Collectors.toList()));
        List<Section> sections = new ArrayList<>();
        byClass.forEach((name, of) -> sections.add(new Section(name,
                "JMH, average time of a call", "not pinned", "",
                List.of(new Column("time", "ns", Better.LESS)),
                of.stream().map(JmhCommand::row).toList(), List.of())));
        return sections;
    }

    private static Row row(RunResult result) {
        List<Double> values = result.getBenchmarkResults().stream()
                .flatMap(fork -> fork.getIterationResults().stream())
                .map(iteration -> iteration.getPrimaryResult().getScore())
                .toList();
        return new Row(name(result.getParams()), List.of(values));
    }

    private static String className(BenchmarkParams params) {
        String[] parts = params.getBenchmark().split("\\.", -1);
        return parts[parts.length - 2];
    }

    /** Such as execute, epoll, spin. */
    private static String name(BenchmarkParams params) {
        String benchmark = params.getBenchmark();
        StringBuilder name = new StringBuilder(benchmark.substring(benchmark.lastIndexOf('.') + 1));
        for (String key : params.getParamsKeys()) {
            name.append(", ").append(params.getParam(key));
        }
        return name.toString();
    }
}
