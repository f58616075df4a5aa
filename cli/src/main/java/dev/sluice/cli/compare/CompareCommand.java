package dev.sluice.cli.compare;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.compare.AotCaches;
import dev.sluice.bench.compare.BaselinePrograms;
import dev.sluice.bench.compare.ChosenLoads;
import dev.sluice.bench.compare.Comparison;
import dev.sluice.bench.compare.Pinning;
import dev.sluice.bench.compare.Progress;
import dev.sluice.bench.compare.Publication;
import dev.sluice.bench.compare.ServerCatalog;
import dev.sluice.bench.compare.ServerSpec;
import dev.sluice.bench.compare.WineServers;
import dev.sluice.bench.load.Generator.Waiting;
import dev.sluice.bench.report.ReportPage;
import dev.sluice.bench.results.Settings;
import dev.sluice.cli.CommandFailure;
import dev.sluice.cli.OutputOption;
import dev.sluice.cli.doctor.Host;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice compare}. */
@Command(name = "compare", mixinStandardHelpOptions = true,
        description = "Measures echo servers against each other: Sluice, the JDK, Netty and C.")
public final class CompareCommand implements Callable<Integer> {
    private static final int DEFAULT_CYCLES = 14;
    private static final int DEFAULT_SLICE_MILLIS = 100;
    private static final int QUICK_CYCLES = 6;
    private static final int QUICK_SLICE_MILLIS = 50;
    private static final int MAX_CYCLES = 10_000;
    private static final int MAX_SLICE_MILLIS = 60_000;

    @Option(names = "--cycles", paramLabel = "N",
            description = "How often every server has its turn under a load (default: 14).")
    private @Nullable Integer cycles;

    @Option(names = "--slice", paramLabel = "MILLIS",
            description = "How long a turn is (default: 100).")
    private @Nullable Integer sliceMillis;

    @Option(names = "--warm-up", paramLabel = "MILLIS",
            description = "How long a server may take to warm up; it ends earlier where the "
                    + "compilers are done (default: ${DEFAULT-VALUE}).")
    private int warmUpMillis = 5000;

    @Option(names = "--quick",
            description = "6 cycles of 50 ms unless told otherwise: half a minute, rough figures.")
    private boolean quick;

    @Option(names = "--loads", split = ",", paramLabel = "LOAD",
            description = "CONNECTIONSxBYTES, with pN for N messages in flight on each (default: "
                    + "1x64,64x64,1000x64,64x16384,64x64p16). Others: " + ChosenLoads.NAMES + ".")
    private List<String> loads = new ArrayList<>();

    @Option(names = "--only", split = ",", paramLabel = "SERVER",
            description = "Only these servers, and the baseline: c-epoll, or nio without C. Some run on"
                    + " request alone, such as sluice-epoll-poll.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--counts",
            description = "Also counts system calls, context switches and instructions.")
    private boolean counts;

    @Option(names = "--no-aot",
            description = "Starts the servers without an AOT cache of the JDK's, which is else made for"
                    + " each of those on a JVM, once a build; " + AotCaches.SWITCH
                    + "=off in the environment does the same.")
    private boolean noAot;

    @Option(names = "--pin", paramLabel = "HOW",
            description = "one: server and generator on one processor, the quietest; two: one "
                    + "each; none: as the scheduler likes. Default: one, but "
                    + "two for a load of one connection, which measures waiting and waking.")
    private @Nullable Pinning pinning;

    @Option(names = "--generator", paramLabel = "HOW",
            description = "How the generator waits where it has a processor to itself. block: as "
                    + "a client does; spin: it polls, so that its own waking costs nothing. "
                    + "Default: block, but spin for a load of one connection.")
    private @Nullable Waiting generator;

    @Option(names = "--seed", paramLabel = "N",
            description = "Decides the order in the cycles (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Writes environment, slices and summaries there.")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE",
            description = "Writes a page with tables and plots there, which needs nothing else.")
    private @Nullable Path html;

    @Option(names = "--plots", paramLabel = "FOLDER",
            description = "Writes each plot there as SVG and PNG.")
    private @Nullable Path plots;

    @Spec
    private CommandSpec spec;

    private final AotCaches caches = AotCaches.ofEnvironment();
    private final ServerCatalog catalog =
            new ServerCatalog(BaselinePrograms.ofEnvironment(), this::carriers, caches);

    /** Instances are made by picocli, which injects the specification. */
    @SuppressWarnings("NullAway.Init")
    public CompareCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Host.here().isLinux()) {
            throw new CommandFailure("compare needs Linux, whose clocks its generator reads;"
                    + " there ./sluice --wine compare starts the servers under Wine");
        }
        ChosenLoads chosenLoads = chosenLoads();
        List<ServerSpec> chosenServers = chosenServers();
        settings(); // what is wrong with it is told before any work
        OutputOption.check(spec, "--json", json);
        OutputOption.check(spec, "--html", html);
        checkFolder("--plots", plots);
        if (html != null || plots != null) {
            ReportPage.requireFonts();
        }
        boolean onJvm = WineServers.here() == null && !ServerCatalog.isNativeImage();
        if (onJvm && !noAot && !AotCaches.isSwitchedOff()) {
            catalog.prepareCaches(chosenServers);
        }
        Settings settings = settings();
        try (Publication publication = new Publication(catalog.notes(),
                spec.commandLine().getOut(), json, html, plots)) {
            Comparison comparison = new Comparison(chosenServers, chosenLoads, settings,
                    pinning, generator, Progress.onStandardError(), publication::keep);
            return run(comparison, publication);
        }
    }

    private static int run(Comparison comparison, Publication publication)
            throws IOException, InterruptedException {
        try {
            publication.publish(comparison.run());
            return ExitCode.OK;
        } catch (BenchException | IOException failure) {
            if (publication.isEnding()) {
                return ExitCode.SOFTWARE; // its servers are gone: that says nothing about them
            }
            publication.publishWhatThereIs();
            throw failure;
        }
    }

    /** The carriers that a runtime would have if it were started where it is pinned to. */
    private int carriers() {
        return pinning == Pinning.NONE ? Runtime.getRuntime().availableProcessors() : 1;
    }

    private Settings settings() {
        int defaultCycles = quick ? QUICK_CYCLES : DEFAULT_CYCLES;
        int defaultSlice = quick ? QUICK_SLICE_MILLIS : DEFAULT_SLICE_MILLIS;
        return new Settings(
                within("--cycles", cycles == null ? defaultCycles : cycles, MAX_CYCLES),
                within("--slice", sliceMillis == null ? defaultSlice : sliceMillis,
                        MAX_SLICE_MILLIS),
                within("--warm-up", warmUpMillis, MAX_SLICE_MILLIS),
                pinning == null ? "by load" : pinning.toString(), seed,
                String.join(" ", ServerCatalog.JVM_FLAGS)
                        + (caches.isUsed()
                                ? " -XX:AOTCache=(one for each) -XX:-AOTReplayTraining"
                                : ""));
    }

    private int within(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw badUsage(option + " must be 1 to " + max + ", not " + value);
        }
        return value;
    }

    private ChosenLoads chosenLoads() {
        if (loads.isEmpty() && spec.commandLine().getParseResult().hasMatchedOption("--loads")) {
            throw badUsage("--loads: no load is named");
        }
        try {
            return ChosenLoads.parse(loads, counts);
        } catch (IllegalArgumentException e) {
            throw badUsage("--loads: " + e.getMessage());
        }
    }

    private List<ServerSpec> chosenServers() {
        List<String> names = catalog.names();
        for (String name : only) {
            if (!names.contains(name)) {
                throw badUsage("--only: no server is named '" + name + "'; there are "
                        + String.join(", ", names));
            }
        }
        if (only.isEmpty()) {
            return catalog.byDefault();
        }
        return catalog.all().stream()
                .filter(server -> only.contains(server.name())
                        || catalog.baseline().equals(server.name()))
                .map(server -> only.contains(server.name()) ? server.forEveryLoad() : server)
                .toList();
    }

    private void checkFolder(String option, @Nullable Path folder) {
        if (folder != null && !ReportPage.isFolderForPlots(folder)) {
            throw badUsage(option + ": cannot write into " + folder
                    + ": what is there is no folder, or gives no permission");
        }
    }

    private ParameterException badUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
