package dev.sluice.cli.compare;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.compare.AotCaches;
import dev.sluice.bench.compare.BaselinePrograms;
import dev.sluice.bench.compare.ChosenLoads;
import dev.sluice.bench.compare.ChosenServers;
import dev.sluice.bench.compare.Comparison;
import dev.sluice.bench.compare.LoadTypes;
import dev.sluice.bench.compare.Pinning;
import dev.sluice.bench.compare.Progress;
import dev.sluice.bench.compare.Publication;
import dev.sluice.bench.compare.ServerCatalog;
import dev.sluice.bench.compare.ServerSpec;
import dev.sluice.bench.load.Generator.Waiting;
import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.report.ReportPage;
import dev.sluice.bench.results.Settings;
import dev.sluice.cli.CommandFailure;
import dev.sluice.cli.OutputOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice compare}. */
@Command(name = "compare", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measures servers on Sluice, the JDK, Netty and in C under the same load.")
public final class CompareCommand implements Callable<Integer> {
    private static final int DEFAULT_CYCLES = 12;
    private static final int DEFAULT_SLICE_MILLIS = 80;
    private static final int QUICK_CYCLES = 6;
    private static final int QUICK_SLICE_MILLIS = 50;
    private static final int DEFAULT_WARM_UP_MILLIS = 5000;
    private static final int QUICK_WARM_UP_MILLIS = 1500;
    private static final int MAX_CYCLES = 10_000;
    private static final int MAX_SLICE_MILLIS = 60_000;
    private static final String INDENT = "\n" + " ".repeat(26);

    @Option(names = "--quick",
            description = "Rough figures in about a minute: 6 cycles of 50 ms after a short warm-up,"
                    + " of fewer loads unless --loads names them.")
    private boolean quick;

    @Option(names = "--loads", split = ",", paramLabel = "LOAD",
            description = "What to measure, separated by commas; see below.")
    private List<String> loads = new ArrayList<>();

    @Option(names = "--only", split = ",", paramLabel = "SERVER",
            description = "Measures only these servers, and the baseline (c-epoll, or nio if the C"
                    + " server is not built; c-iocp on Windows). See below.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--counts",
            description = "Also counts system calls, context switches and instructions.")
    private boolean counts;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Also writes environment, slices and summaries to this file.")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE",
            description = "Also writes a page with tables and plots, which needs no other file.")
    private @Nullable Path html;

    @Option(names = "--plots", paramLabel = "FOLDER",
            description = "Also writes each plot as SVG and PNG.")
    private @Nullable Path plots;

    @Option(names = "--cycles", paramLabel = "N",
            description = "How many slices each server gets under a load (default: 12).")
    private @Nullable Integer cycles;

    @Option(names = "--slice", paramLabel = "MILLIS",
            description = "How long a slice lasts (default: 80).")
    private @Nullable Integer sliceMillis;

    @Option(names = "--warm-up", paramLabel = "MILLIS",
            description = "The longest warm-up of a server; it ends as soon as the compilers are idle"
                    + " (default: 5000).")
    private @Nullable Integer warmUpMillis;

    @Option(names = "--pin", paramLabel = "HOW",
            description = "one: server and generator share a processor, which repeats best; two: one"
                    + " processor each; none: the scheduler decides. Default: one, but two for a load"
                    + " of one connection, which measures waiting and waking.")
    private @Nullable Pinning pinning;

    @Option(names = "--generator", paramLabel = "HOW",
            description = "How the generator waits if it has a processor to itself. block: as a"
                    + " client does; spin: it polls, so its own waking costs nothing. Default: block,"
                    + " but spin for a load of one connection.")
    private @Nullable Waiting generator;

    @Option(names = "--seed", paramLabel = "N",
            description = "Determines the order within the cycles (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--no-aot",
            description = "Starts the servers without the AOT caches of the JDK, which are made once a"
                    + " build; " + AotCaches.SWITCH + "=off does the same.")
    private boolean noAot;

    private CommandSpec spec;

    private final AotCaches caches = AotCaches.ofEnvironment();
    private final ServerCatalog catalog =
            new ServerCatalog(BaselinePrograms.ofEnvironment(), caches);

    /** For picocli, which calls {@link #describe} next. */
    @SuppressWarnings("NullAway.Init")
    public CompareCommand() {}

    /** Adds the lists of loads and servers to the help. */
    @Spec
    void describe(CommandSpec command) {
        spec = command;
        List<String> lines = new ArrayList<>(List.of("", "Loads:"));
        LoadTypes.ALL.forEach(load -> lines.add(entry(load.name(), load.help())));
        lines.add("  Without --loads: " + String.join(" ", ChosenLoads.STANDARD)
                + ". With --quick: " + String.join(" ", ChosenLoads.QUICK) + ".");
        lines.addAll(List.of("", "Servers (those with * only by --only):"));
        Set<ServerSpec> byDefault = Set.copyOf(catalog.byDefault());
        catalog.all().forEach(server -> lines.add(entry(
                server.name() + (byDefault.contains(server) ? "" : " *"), server.note())));
        lines.addAll(List.of("", "Exit code 0 if all servers answered correctly, 1 otherwise."));
        command.usageMessage().footer(lines.toArray(String[]::new));
    }

    private static String entry(String name, String help) {
        return String.format(Locale.ROOT, "  %-23s %s", name, help.replace("\n", INDENT))
                .replace("%", "%%");
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Machine.isKnown()) {
            throw new CommandFailure("compare needs Linux or Windows, not "
                    + System.getProperty("os.name"));
        }
        ChosenLoads chosenLoads = chosenLoads();
        List<ServerSpec> chosenServers = chosenServers();
        settings(); // fails before the work if a number is out of bounds
        OutputOption.check(spec, "--json", json);
        OutputOption.check(spec, "--html", html);
        checkFolder("--plots", plots);
        if (html != null || plots != null) {
            ReportPage.requireFonts();
        }
        if (!ServerCatalog.isNativeImage() && !noAot && !AotCaches.isSwitchedOff()) {
            catalog.prepareCaches(chosenServers);
        }
        Settings settings = settings();
        try (Publication publication = new Publication(catalog.notes(),
                spec.commandLine().getOut(), json, html, plots)) {
            Comparison comparison = new Comparison(
                    new ChosenServers(chosenServers, catalog.backends()), chosenLoads, settings,
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
                return ExitCode.SOFTWARE; // the process is ending, and its servers have ended first
            }
            publication.publishWhatThereIs();
            throw failure;
        }
    }

    private Settings settings() {
        int defaultCycles = quick ? QUICK_CYCLES : DEFAULT_CYCLES;
        int defaultSlice = quick ? QUICK_SLICE_MILLIS : DEFAULT_SLICE_MILLIS;
        int defaultWarmUp = quick ? QUICK_WARM_UP_MILLIS : DEFAULT_WARM_UP_MILLIS;
        return new Settings(
                within("--cycles", cycles == null ? defaultCycles : cycles, MAX_CYCLES),
                within("--slice", sliceMillis == null ? defaultSlice : sliceMillis,
                        MAX_SLICE_MILLIS),
                within("--warm-up", warmUpMillis == null ? defaultWarmUp : warmUpMillis,
                        MAX_SLICE_MILLIS),
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
            throw badUsage("--loads: name a load");
        }
        try {
            return ChosenLoads.parse(loads.isEmpty() && quick ? ChosenLoads.QUICK : loads, counts);
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
            throw badUsage(option + ": cannot write to " + folder
                    + ": it is not a folder, or permission is denied");
        }
    }

    private ParameterException badUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
