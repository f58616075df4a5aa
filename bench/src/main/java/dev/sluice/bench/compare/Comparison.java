package dev.sluice.bench.compare;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.bench.BenchException;
import dev.sluice.bench.load.Affinity;
import dev.sluice.bench.load.Generator.Waiting;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.LoadConnections;
import dev.sluice.bench.load.Machine;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Environment;
import dev.sluice.bench.results.LoadResult;
import dev.sluice.bench.results.Results;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Settings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Starts the servers, runs the loads on them in turn, and collects the results. */
public final class Comparison {
    /**
     * The load that makes every server's JVM compile the relevant methods, before any other load.
     */
    private static final Load WARM_UP = new Load(64, 64, 1);

    /** Descriptors of this process that are not connections to a server. */
    private static final int OTHER_DESCRIPTORS = 200;

    private final List<ServerSpec> specs;
    private final ChosenLoads chosen;
    private final Settings settings;
    private final @Nullable Pinning pinning;
    private final @Nullable Waiting generator;
    private final Progress progress;
    private final Consumer<Results> keeper;
    private final List<String> notes = new ArrayList<>();
    private final SequencedMap<String, String> unavailable = new LinkedHashMap<>();
    private final List<LoadResult> results = new ArrayList<>();
    private final List<Section> sections = new ArrayList<>();
    private final Environment environment = Environment.here();

    /**
     * Without a pinning, or a way for the generator to wait, each load chooses its own.
     *
     * @param keeper receives the results so far after each load
     */
    public Comparison(List<ServerSpec> specs, ChosenLoads loads, Settings settings,
            @Nullable Pinning pinning, @Nullable Waiting generator, Progress progress,
            Consumer<Results> keeper) {
        this.specs = specs;
        this.chosen = loads;
        this.settings = settings;
        this.pinning = pinning;
        this.generator = generator;
        this.progress = progress;
        this.keeper = keeper;
    }

    public Results run() throws IOException, InterruptedException {
        if (WineServers.here() != null) {
            notes.add(WineServers.NOTE);
        }
        if (chosen.echoes()) {
            runEchoes();
        }
        for (SpecialLoad load : chosen.special()) {
            if (load.task() != Task.ECHO) {
                runTask(load);
            }
        }
        progress.done();
        return results();
    }

    /** The results so far. */
    private Results results() {
        return new Results(environment, settings, new LinkedHashMap<>(unavailable),
                List.copyOf(results), List.copyOf(sections), List.copyOf(notes));
    }

    private void add(LoadResult result) {
        results.add(result);
        keeper.accept(results());
    }

    private void add(Section section) {
        sections.add(section);
        keeper.accept(results());
    }

    private void runEchoes() throws IOException, InterruptedException {
        try (ServerGroup servers = start(specs); SliceRunner runner = new SliceRunner()) {
            String baseline = baseline(servers.running());
            for (Map.Entry<ServerSpec, ServerProcess> server : servers.running().entrySet()) {
                warmUp(server.getKey(), server.getValue());
            }
            int running = servers.running().size();
            for (Load load : chosen.echo()) {
                boolean apart = !ServerCatalog.isNativeImage()
                        && descriptorsFor(load.connections(), running) > descriptors();
                if (fitsDescriptors(load.name(), load.connections(), apart ? 0 : running)) {
                    add(run(load, servers.running(), baseline, runner, apart));
                }
            }
            for (SpecialLoad load : chosen.special()) {
                if (load.task() == Task.ECHO) {
                    add(section(load, servers.running(), baseline));
                }
            }
            if (chosen.counts()) {
                add(new Counts(progress).run(servers.running()));
            }
        }
        if (chosen.idle()) {
            add(new IdleMemory(progress, descriptors()).run(specs, unavailable));
        }
    }

    /** Starts new servers, since a server learns its task at its start. */
    private void runTask(SpecialLoad load) throws IOException, InterruptedException {
        List<ServerSpec> told = specs.stream()
                .filter(spec -> spec.knows(load.task()) && !unavailable.containsKey(spec.name()))
                .map(spec -> spec.forTask(load.task())).toList();
        if (told.isEmpty()) {
            leftOut(load.name() + " left out: no server knows the task " + load.task().word());
            return;
        }
        if (!fitsDescriptors(load.name(), load.connections(), told.size())) {
            return;
        }
        try (ServerGroup servers = start(told)) {
            add(section(load, servers.running(), baseline(servers.running())));
        }
    }

    private ServerGroup start(List<ServerSpec> servers) throws InterruptedException {
        progress.line("starting " + servers.size()
                + (servers.size() == 1 ? " server" : " servers"));
        ServerGroup group = ServerGroup.start(servers);
        group.unavailable().forEach((server, reason) -> progress.line(
                server + " cannot run: " + reason));
        unavailable.putAll(group.unavailable());
        return group;
    }

    private Section section(SpecialLoad load, SequencedMap<ServerSpec, ServerProcess> servers,
            String baseline) throws IOException, InterruptedException {
        BitSet allowed = Affinity.ofCallingThread();
        Pinning.Placement placement = SpecialRun.place(load, pinning, allowed);
        progress.line(load.name() + ": " + load.title() + "; " + placement.words());
        try (Machine machine = new Machine()) {
            return new SpecialRun(load, settings, placement, progress, machine)
                    .run(servers, baseline, allowed);
        }
    }

    private static long descriptors() {
        return ManagementFactory
                .getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                        ? system.getMaxFileDescriptorCount()
                        : Long.MAX_VALUE;
    }

    private static String baseline(SequencedMap<ServerSpec, ServerProcess> running) {
        List<String> names = running.keySet().stream().map(ServerSpec::name).toList();
        if (names.isEmpty()) {
            throw new BenchException("no server can run");
        }
        return ServerCatalog.BASELINES.stream().filter(names::contains).findFirst()
                .orElse(names.getFirst());
    }

    private void warmUp(ServerSpec spec, ServerProcess server) throws InterruptedException {
        progress.step("warming up " + spec.name());
        try (LoadConnections connections = LoadConnections.open(server.address(), WARM_UP)) {
            WarmUp.OF_THE_SERVER.run(spec, server, connections, settings.warmUpMillis());
        } catch (IOException e) {
            throw new BenchException(spec.name() + " failed while it warmed up: "
                    + e.getMessage(), e);
        }
    }

    /** The descriptors for connections to all servers, while another server is checked. */
    private static long descriptorsFor(int connections, int servers) {
        return (long) connections * (servers + 1) + OTHER_DESCRIPTORS;
    }

    private boolean fitsDescriptors(String load, int connections, int servers) {
        long needed = descriptorsFor(connections, servers);
        if (needed <= descriptors()) {
            return true;
        }
        leftOut(load + " left out: it takes " + needed + " descriptors, the limit is "
                + descriptors() + " (ulimit -n)");
        return false;
    }

    private void leftOut(String note) {
        notes.add(note);
        progress.line(note);
    }

    /**
     * Runs a load. If one process may not open all connections, each server gets a generator
     * process.
     */
    private LoadResult run(Load load, SequencedMap<ServerSpec, ServerProcess> servers,
            String baseline, SliceRunner runner, boolean apart)
            throws IOException, InterruptedException {
        BitSet allowed = Affinity.ofCallingThread();
        Pinning chosen = pinning != null
                ? pinning
                : Pinning.defaultFor(load.connections(), allowed.cardinality());
        Pinning.Placement placement = chosen.place(allowed,
                generator == null ? Waiting.defaultFor(load.connections()) : generator);
        if (apart) {
            placement = placement.withWords("a generator process for each server");
        }
        progress.line(load.name() + ": " + load.description() + "; " + placement.words());
        LoadRun.Opener generators = apart ? GeneratorProcess::open : LoadConnections::open;
        try (LoadRun run = new LoadRun(load, settings, placement, allowed, runner, generators,
                progress)) {
            for (Map.Entry<ServerSpec, ServerProcess> entry : servers.entrySet()) {
                if (entry.getKey().loads().test(load)) {
                    run.add(entry.getKey(), entry.getValue());
                }
            }
            return run.run(baseline);
        }
    }
}
