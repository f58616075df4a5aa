package dev.sluice.bench.jmh;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.results.Environment;
import dev.sluice.bench.results.Results;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import dev.sluice.bench.results.Section.Row;
import dev.sluice.bench.results.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks of this package with JMH.
 *
 * @param pattern a regular expression for their names
 * @param forks how many JVMs run, one after the other
 * @param iterations how many values each of them measures
 * @param millis how long each value is measured
 */
public record JmhRun(String pattern, int forks, int iterations, int millis) {
    private static final String PACKAGE = JmhRun.class.getPackageName();
    private static final String JNI = ".*\\.jni";
    private static final List<String> JVM_FLAGS = List.of("-Xms256m", "-Xmx256m",
            "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"); // JMH still uses it

    /**
     * Returns a section for each class of benchmarks.
     *
     * @throws BenchException if no name matches, or JMH fails
     */
    public Results results() {
        boolean hasJni = JniTwin.library().isPresent();
        List<Section> sections = sections(run(hasJni));
        List<String> notes = hasJni
                ? List.of()
                : List.of("Downcall.jni is missing: native/jni was not built, which takes cmake,"
                        + " a C compiler and the headers of a JDK");
        return new Results(Environment.here(), new Settings(forks * iterations, millis, millis,
                "none", 0, String.join(" ", JVM_FLAGS)), new LinkedHashMap<>(), List.of(), sections,
                notes);
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
            throw new BenchException("no benchmark's name matches '" + pattern + "'", e);
        } catch (RunnerException e) {
            throw new BenchException("JMH failed: " + e.getMessage(), e);
        }
    }

    /** Returns a section for each class. */
    private static List<Section> sections(Collection<RunResult> results) {
        Map<String, List<RunResult>> byClass = results.stream()
                .sorted(Comparator.comparing(result -> name(result.getParams())))
                .collect(Collectors.groupingBy(result -> className(result.getParams()),
                        LinkedHashMap::new, Collectors.toList()));
        List<Section> sections = new ArrayList<>();
        byClass.forEach((name, of) -> sections.add(new Section(name,
                "JMH, average time of a call", "not pinned", "",
                List.of(new Column("time", "ns", Better.LESS)),
                of.stream().map(JmhRun::row).toList(), List.of())));
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
