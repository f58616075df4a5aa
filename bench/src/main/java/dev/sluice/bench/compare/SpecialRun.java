package dev.sluice.bench.compare;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.load.Generator.Waiting;
import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.machine.Snapshot;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Section.Row;
import dev.sluice.bench.results.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Runs one special load on all its servers, in turn as {@link LoadRun} does. */
final class SpecialRun {
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final long WARM_UP_SLICE_MILLIS = 150;

    /** The share of the time allowed that a server takes which echo loads have warmed up before. */
    private static final double WARM_SHARE = 0.25;
    private static final long COMPILED_MILLIS = 2;
    private static final long TAIL_NANOS = NANOS_PER_MILLI;
    private static final double DISTURBED_ABOVE = 0.05;

    private final SpecialLoad load;
    private final Settings settings;
    private final Pinning.Placement placement;
    private final Progress progress;
    private final Machine machine = Machine.here();

    /** They belong to the generator: what proxies connect to. */
    private final List<ServerProcess> backends;
    private final long ownPid = ProcessHandle.current().pid();
    private final SequencedMap<ServerProcess, Exchange> exchanges = new LinkedHashMap<>();
    private final Map<ServerProcess, List<List<Double>>> cells = new LinkedHashMap<>();
    private int slices;
    private int disturbed;

    SpecialRun(SpecialLoad load, Settings settings, Pinning.Placement placement,
            Progress progress, List<ServerProcess> backends) {
        this.load = load;
        this.settings = settings;
        this.placement = placement;
        this.progress = progress;
        this.backends = backends;
    }

    /** Runs the load. Before and after it every thread may use all those processors. */
    Section run(SequencedMap<ServerSpec, ServerProcess> servers, String baseline,
            BitSet processors) throws IOException, InterruptedException {
        boolean alone = !placement.server().intersects(placement.generator());
        try {
            for (Map.Entry<ServerSpec, ServerProcess> server : servers.entrySet()) {
                open(server.getKey(), server.getValue(), alone);
            }
            bindGenerator(placement.generator());
            cycles();
        } finally {
            bindGenerator(processors);
            for (Map.Entry<ServerProcess, Exchange> entry : exchanges.entrySet()) {
                entry.getValue().close();
                machine.bindProcess(entry.getKey().pid(), processors);
            }
        }
        List<Row> rows = exchanges.sequencedKeySet().stream()
                .map(server -> new Row(server.name(), columns(server))).toList();
        return new Section(load.name(), load.title(), placement.words(), baseline, load.columns(),
                rows, notes());
    }

    private void bindGenerator(BitSet processors) throws IOException {
        machine.bindCallingThread(processors);
        for (ServerProcess backend : backends) {
            machine.bindProcess(backend.pid(), processors);
        }
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>(List.of("Checked: " + load.check().words() + "."));
        if (disturbed > 0) {
            notes.add(disturbed + " of " + slices
                    + " slices were disturbed by other processes; they count nevertheless.");
        }
        return notes;
    }

    /** Turns the values by slice into values by column. */
    private List<List<Double>> columns(ServerProcess server) {
        List<List<Double>> columns = new ArrayList<>();
        for (int i = 0; i < load.columns().size(); i++) {
            int column = i;
            columns.add(cells.getOrDefault(server, List.of()).stream()
                    .map(slice -> slice.get(column)).toList());
        }
        return columns;
    }

    private void open(ServerSpec spec, ServerProcess server, boolean alone)
            throws InterruptedException {
        progress.step(load.name() + ": checking " + server.name());
        try {
            load.check().pass().run(server.address(), settings.seed());
            progress.step(load.name() + ": warming up " + server.name());
            Exchange exchange = load.opener().open(server.address(), alone);
            exchanges.put(server, exchange);
            warmUp(spec, server, exchange);
            machine.bindProcess(server.pid(), placement.server());
        } catch (IOException e) {
            throw failure(server, e);
        }
    }

    /** Runs until the compilers have nothing left to do, or the time is over. */
    private void warmUp(ServerSpec spec, ServerProcess server, Exchange exchange)
            throws IOException, InterruptedException {
        double share = load.task() == Task.ECHO ? WARM_SHARE : 1;
        long mostNanos = (long) (settings.warmUpMillis() * NANOS_PER_MILLI * share);
        long sliceNanos = Math.min(mostNanos, WARM_UP_SLICE_MILLIS * NANOS_PER_MILLI);
        long startNanos = System.nanoTime();
        long compiled = 0;
        boolean busy = true;
        while (busy && System.nanoTime() - startNanos < mostNanos) {
            exchange.warmUp(sliceNanos);
            long now = spec.answers() ? server.ask("compiled") : compiled;
            busy = spec.answers() && now - compiled > COMPILED_MILLIS;
            compiled = now;
        }
    }

    private BenchException failure(ServerProcess server, IOException cause) {
        return new BenchException(server.name() + " failed at " + load.name() + ": "
                + cause.getMessage(), cause);
    }

    private void cycles() {
        Random random = new Random(settings.seed());
        settle();
        List<ServerProcess> order = new ArrayList<>(exchanges.keySet());
        for (int cycle = 0; cycle < settings.cycles(); cycle++) {
            Collections.shuffle(order, random);
            for (ServerProcess server : order) {
                progress.step(load.name() + ": cycle " + (cycle + 1) + " of " + settings.cycles()
                        + ", " + server.name());
                cells.computeIfAbsent(server, first -> new ArrayList<>()).add(slice(server));
            }
        }
    }

    /** Runs once without counting: this moves caches and threads to the final processors. */
    private void settle() {
        for (ServerProcess server : exchanges.keySet()) {
            try {
                exchangeOf(server).warmUp(settings.sliceMillis() * NANOS_PER_MILLI);
            } catch (IOException e) {
                throw failure(server, e);
            }
        }
    }

    private Exchange exchangeOf(ServerProcess server) {
        Exchange exchange = exchanges.get(server);
        if (exchange == null) {
            throw new IllegalArgumentException(server.name() + " takes no part");
        }
        return exchange;
    }

    private List<Double> slice(ServerProcess server) {
        try {
            Exchange exchange = exchangeOf(server);
            long[] participants = participants(server);
            Snapshot before = machine.snapshot(participants);
            long startNanos = System.nanoTime();
            Exchange.Outcome outcome = exchange.run(settings.sliceMillis() * NANOS_PER_MILLI);
            machine.pause(TAIL_NANOS);
            long spanNanos = System.nanoTime() - startNanos;
            Snapshot after = machine.snapshot(participants);
            slices++;
            long others = after.othersSince(before, participants);
            disturbed += others > spanNanos * DISTURBED_ABOVE ? 1 : 0;
            return load.figures().apply(outcome, after.usedSince(before, server.pid()));
        } catch (IOException e) {
            throw failure(server, e);
        }
    }

    private long[] participants(ServerProcess server) {
        return LongStream.concat(LongStream.of(ownPid, server.pid()),
                backends.stream().mapToLong(ServerProcess::pid)).toArray();
    }

    /** Chooses the processors of a load: as requested, else as the load prefers. */
    static Pinning.Placement place(SpecialLoad load, @Nullable Pinning asked,
            BitSet allowed) {
        return (asked == null ? load.pinning() : asked).place(allowed, Waiting.BLOCK);
    }
}
