package dev.sluice.bench.compare;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.bench.BenchException;
import dev.sluice.bench.load.Generator.Waiting;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.Load.Place;
import dev.sluice.bench.load.LoadConnections;
import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Environment;
import dev.sluice.bench.results.LoadResult;
import dev.sluice.bench.results.Results;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Settings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Starts the servers, runs the loads on them in turn, and collects the results. */
public final class Comparison {
    /**
     * The load that makes every server's JVM compile the relevant methods, before any other load.
     */
    private static final Load WARM_UP = new Load(64, 64, 1);

    /** Descriptors of this process that are not connections to a server. */
    private static final int OTHER_DESCRIPTORS = 200;

    private final ChosenServers servers;
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
    public Comparison(ChosenServers servers, ChosenLoads loads, Settings settings,
            @Nullable Pinning pinning, @Nullable Waiting generator, Progress progress,
            Consumer<Results> keeper) {
        this.servers = servers;
        this.chosen = loads;
        this.settings = settings;
        this.pinning = pinning;
        this.generator = generator;
        this.progress = progress;
        this.keeper = keeper;
    }

    public Results run() throws IOException, InterruptedException {
        Machine.here().notes().forEach(this::note);
        if (chosen.echoes()) {
            runEchoes();
        }
        runFresh();
        if (!chosen.echo(Place.UNPINNED).isEmpty()) {
            runUnpinned();
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
        List<ServerSpec> specs = knowing(Task.ECHO);
        try (ServerGroup group = start(specs, processors(Pinning.ONE))) {
            SliceRunner runner = new SliceRunner();
            SequencedMap<ServerSpec, ServerProcess> running = group.running();
            String baseline = baseline(running);
            warmUp(running);
            for (Load load : chosen.echo(Place.BY_LOAD)) {
                runEcho(load, running, baseline, runner);
            }
            for (SpecialLoad load : chosen.special()) {
                if (load.task() == Task.ECHO) {
                    add(section(load, running, baseline, List.of()));
                }
            }
            if (chosen.counts()) {
                add(new Counts(progress).run(running));
            }
        }
    }

    /** Runs those that start each server anew, which know first which servers can run. */
    private void runFresh() throws IOException, InterruptedException {
        if (chosen.fresh().isEmpty()) {
            return;
        }
        if (!chosen.echoes()) {
            start(knowing(Task.ECHO), 1).close();
        }
        for (FreshLoad load : chosen.fresh()) {
            switch (load) {
                case FIRST -> runFirst();
                case IDLE -> add(new IdleMemory(progress, descriptors()).run(knowing(Task.ECHO)));
            }
        }
    }

    private void runFirst() throws IOException, InterruptedException {
        FirstMessages first = new FirstMessages(settings, processors(Pinning.NONE), progress);
        List<ServerSpec> specs = knowing(Task.ECHO).stream().filter(FirstMessages::measures)
                .toList();
        progress.line(FirstMessages.NAME + ": " + specs.size() + " servers, each started "
                + settings.cycles() + " times; not pinned");
        first.run(specs).forEach(this::add);
    }

    /** Starts new servers, since the JDK counts the processors at its start. */
    private void runUnpinned() throws IOException, InterruptedException {
        List<ServerSpec> able = knowing(Task.ECHO).stream().filter(spec -> chosen
                .echo(Place.UNPINNED).stream().anyMatch(spec.loads())).toList();
        try (ServerGroup group = start(able, processors(Pinning.NONE))) {
            SliceRunner runner = new SliceRunner();
            warmUp(group.running());
            for (Load load : chosen.echo(Place.UNPINNED)) {
                runEcho(load, group.running(), baseline(group.running()), runner);
            }
        }
    }

    private void warmUp(SequencedMap<ServerSpec, ServerProcess> running)
            throws InterruptedException {
        for (Map.Entry<ServerSpec, ServerProcess> server : running.entrySet()) {
            warmUp(server.getKey(), server.getValue());
        }
    }

    private void runEcho(Load load, SequencedMap<ServerSpec, ServerProcess> running,
            String baseline, SliceRunner runner) throws IOException, InterruptedException {
        boolean apart = !ServerCatalog.isNativeImage()
                && descriptorsFor(load.connections(), running.size()) > descriptors();
        if (fitsDescriptors(load.name(), load.connections(), apart ? 0 : running.size())) {
            add(run(load, running, baseline, runner, apart));
        }
    }

    /** Those with that task that can run. */
    private List<ServerSpec> knowing(Task task) {
        return servers.compared().stream()
                .filter(spec -> spec.knows(task) && !unavailable.containsKey(spec.name()))
                .toList();
    }

    /** The number that a server is bound to where nothing else was asked for. */
    private int processors(Pinning byLoad) throws IOException {
        return (pinning == null ? byLoad : pinning) == Pinning.NONE
                ? Machine.here().processors().cardinality()
                : 1;
    }

    /** Starts new servers, since a server learns its task at its start. */
    private void runTask(SpecialLoad load) throws IOException, InterruptedException {
        List<ServerSpec> able = knowing(load.task());
        if (able.isEmpty()) {
            note(load.name() + " left out: no server knows the task " + load.task().word());
            return;
        }
        if (!fitsDescriptors(load.name(), load.connections(), able.size())) {
            return;
        }
        if (load.task() != Task.PROXY) {
            runTask(load,
                    able.stream().map(spec -> spec.forTask(load.task(), load.options())).toList(),
                    List.of());
            return;
        }
        try (ServerGroup backend = startBackend()) {
            ServerProcess process = backend.running().firstEntry().getValue();
            InetSocketAddress address = process.address();
            String text = address.getAddress().getHostAddress() + ":" + address.getPort();
            runTask(load, able.stream().map(spec -> spec.forTask(load.task(),
                    List.of("--backend", text)))
                    .toList(), List.of(process));
        }
    }

    private void runTask(SpecialLoad load, List<ServerSpec> told, List<ServerProcess> backends)
            throws IOException, InterruptedException {
        try (ServerGroup group = start(told, processors(load.pinning()))) {
            add(section(load, group.running(), baseline(group.running()), backends));
        }
    }

    /** The first that can run. */
    private ServerGroup startBackend() throws InterruptedException {
        for (ServerSpec spec : servers.backends()) {
            ServerGroup group = ServerGroup.start(List.of(spec), 1);
            if (!group.running().isEmpty()) {
                return group;
            }
            group.close();
        }
        throw new BenchException("no server can run behind the proxies");
    }

    private ServerGroup start(List<ServerSpec> specs, int processors)
            throws InterruptedException {
        progress.line("starting " + specs.size()
                + (specs.size() == 1 ? " server" : " servers"));
        ServerGroup group = ServerGroup.start(specs, processors);
        group.unavailable().forEach((server, reason) -> progress.line(
                server + " cannot run: " + reason));
        unavailable.putAll(group.unavailable());
        return group;
    }

    private Section section(SpecialLoad load, SequencedMap<ServerSpec, ServerProcess> running,
            String baseline, List<ServerProcess> backends)
            throws IOException, InterruptedException {
        BitSet allowed = Machine.here().processors();
        Pinning.Placement placement = SpecialRun.place(load, pinning, allowed);
        progress.line(load.name() + ": " + load.title() + "; " + placement.words());
        return new SpecialRun(load, settings, placement, progress, backends)
                .run(running, baseline, allowed);
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
        return Stream.concat(ServerCatalog.BASELINES.stream(),
                ServerCatalog.OTHER_BASELINES.stream())
                .filter(names::contains).findFirst().orElse(names.getFirst());
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
        note(load + " left out: it takes " + needed + " descriptors, the limit is "
                + descriptors() + " (ulimit -n)");
        return false;
    }

    private void note(String note) {
        notes.add(note);
        progress.line(note);
    }

    private Pinning pinning(Load load, int processors) {
        if (pinning != null) {
            return pinning;
        }
        return load.isUnpinned()
                ? Pinning.NONE
                : Pinning.defaultFor(load.connections(), processors);
    }

    /**
     * Runs a load. If one process may not open all connections, each server gets a generator
     * process.
     */
    private LoadResult run(Load load, SequencedMap<ServerSpec, ServerProcess> running,
            String baseline, SliceRunner runner, boolean apart)
            throws IOException, InterruptedException {
        BitSet allowed = Machine.here().processors();
        Pinning.Placement placement = pinning(load, allowed.cardinality()).place(allowed,
                generator == null ? Waiting.defaultFor(load.connections()) : generator);
        if (apart) {
            placement = placement.withWords("a generator process for each server");
        }
        progress.line(load.name() + ": " + load.description() + "; " + placement.words());
        LoadRun.Opener generators = apart ? GeneratorProcess::open : LoadConnections::open;
        try (LoadRun run = new LoadRun(load, settings, placement, allowed, runner, generators,
                progress)) {
            for (Map.Entry<ServerSpec, ServerProcess> entry : running.entrySet()) {
                if (entry.getKey().loads().test(load)) {
                    run.add(entry.getKey(), entry.getValue());
                }
            }
            return run.run(baseline);
        }
    }
}
