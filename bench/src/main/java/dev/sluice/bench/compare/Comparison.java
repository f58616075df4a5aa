package dev.sluice.bench.compare;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.bench.CommandFailure;
import dev.sluice.bench.load.Affinity;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.LoadConnections;
import dev.sluice.bench.load.LoadConnections.Waiting;
import dev.sluice.bench.load.Machine;
import dev.sluice.bench.results.Environment;
import dev.sluice.bench.results.LoadResult;
import dev.sluice.bench.results.Results;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Settings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Starts the servers, runs the loads on them in turn, and collects the results. */
final class Comparison {
    /** What makes the compilers of every server's JVM compile what matters, before any load. */
    private static final Load WARM_UP = new Load(64, 64, 1);

    /** Descriptors of this process that are no connection to a server. */
    private static final int OTHER_DESCRIPTORS = 200;

    private final List<ServerSpec> specs;
    private final List<Load> loads;
    private final List<SpecialLoad> specials;
    private final boolean idle;
    private final boolean counts;
    private final Settings settings;
    private final @Nullable Pinning pinning;
    private final @Nullable Waiting generator;
    private final Progress progress;
    private final List<String> notes = new ArrayList<>();

    /** Without a pinning, or a way for the generator to wait, each load has its own. */
    Comparison(List<ServerSpec> specs, ChosenLoads loads, Settings settings,
            @Nullable Pinning pinning, @Nullable Waiting generator, Progress progress) {
        this.specs = specs;
        this.loads = loads.echo();
        this.specials = loads.special();
        this.idle = loads.idle();
        this.counts = loads.counts();
        this.settings = settings;
        this.pinning = pinning;
        this.generator = generator;
        this.progress = progress;
    }

    Results run() throws IOException, InterruptedException {
        Environment environment = Environment.here();
        if (WineServers.here() != null) {
            notes.add(WineServers.NOTE);
        }
        progress.line("starting " + specs.size() + " servers");
        try (ServerGroup servers = ServerGroup.start(specs);
                SliceRunner runner = new SliceRunner()) {
            servers.unavailable().forEach((server, reason) -> progress.line(
                    server + " cannot run: " + reason));
            String baseline = baseline(servers.running());
            for (Map.Entry<ServerSpec, ServerProcess> server : servers.running().entrySet()) {
                warmUp(server.getKey(), server.getValue());
            }
            List<LoadResult> results = new ArrayList<>();
            for (Load load : loads) {
                if (fitsDescriptors(load, servers.running().size())) {
                    results.add(run(load, servers.running(), baseline, runner));
                }
            }
            List<Section> sections = sections(servers, baseline);
            progress.done();
            return new Results(environment, settings, servers.unavailable(), results, sections,
                    notes);
        }
    }

    private List<Section> sections(ServerGroup servers, String baseline)
            throws IOException, InterruptedException {
        List<Section> sections = new ArrayList<>();
        BitSet allowed = Affinity.ofCallingThread();
        for (SpecialLoad load : specials) {
            Pinning.Placement placement = SpecialRun.place(load, pinning, allowed);
            progress.line(load.name() + ": " + load.title() + "; " + placement.words());
            try (Machine machine = new Machine()) {
                sections.add(new SpecialRun(load, settings, placement, progress, machine)
                        .run(servers.running(), baseline, allowed));
            }
        }
        if (counts) {
            sections.add(new Counts(progress).run(servers.running()));
        }
        if (idle) {
            sections.add(new IdleMemory(progress, descriptors()).run(specs,
                    servers.unavailable()));
        }
        return sections;
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
            throw new CommandFailure("no server can run");
        }
        return ServerCatalog.BASELINES.stream().filter(names::contains).findFirst()
                .orElse(names.getFirst());
    }

    private void warmUp(ServerSpec spec, ServerProcess server) throws InterruptedException {
        progress.step("warming up " + spec.name());
        try (LoadConnections connections = LoadConnections.open(server.address(), WARM_UP)) {
            WarmUp.OF_THE_SERVER.run(spec, server, connections, settings.warmUpMillis());
        } catch (IOException e) {
            throw new CommandFailure(spec.name() + " failed while it warmed up: "
                    + e.getMessage(), e);
        }
    }

    private boolean fitsDescriptors(Load load, int servers) {
        long needed = (long) load.connections() * (servers + 1) + OTHER_DESCRIPTORS;
        if (needed <= descriptors()) {
            return true;
        }
        String note = load.name() + " left out: it takes " + needed
                + " descriptors, the limit is " + descriptors()
                + " (ulimit -n)";
        notes.add(note);
        progress.line(note);
        return false;
    }

    private LoadResult run(Load load, SequencedMap<ServerSpec, ServerProcess> servers,
            String baseline, SliceRunner runner) throws IOException, InterruptedException {
        BitSet allowed = Affinity.ofCallingThread();
        Pinning chosen = pinning != null
                ? pinning
                : Pinning.defaultFor(load.connections(), allowed.cardinality());
        Pinning.Placement placement = chosen.place(allowed,
                generator == null ? Waiting.defaultFor(load.connections()) : generator);
        progress.line(load.name() + ": " + load.description() + "; " + placement.words());
        try (LoadRun run = new LoadRun(load, settings, placement, allowed, runner, progress)) {
            for (Map.Entry<ServerSpec, ServerProcess> entry : servers.entrySet()) {
                if (entry.getKey().loads().test(load)) {
                    run.add(entry.getKey(), entry.getValue());
                }
            }
            return run.run(baseline);
        }
    }
}
