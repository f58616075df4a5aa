package dev.sluice.bench.compare;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.load.ByteCheck;
import dev.sluice.bench.load.Generator;
import dev.sluice.bench.load.LatencyHistograms;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.results.Latency;
import dev.sluice.bench.results.LoadResult;
import dev.sluice.bench.results.Settings;
import dev.sluice.bench.results.Slice;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.HdrHistogram.Histogram;

/** Runs one load on all its servers: check, warm-up, cycles. */
final class LoadRun implements AutoCloseable {
    private static final long CHECK_TIMEOUT_MILLIS = 10_000;
    /** Disturbed slices are run again, up to this share of all slices. */
    private static final double REPEATS = 0.25;

    private final Load load;
    private final Settings settings;
    private final Pinning.Placement placement;
    private final SliceRunner runner;
    private final Progress progress;
    private final Random random;
    private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    private final List<Slice> slices = new ArrayList<>();
    private final BitSet processors;
    private final Opener generators;

    /** Connects a generator to a server. */
    @FunctionalInterface
    interface Opener {
        Generator open(InetSocketAddress server, Load load) throws IOException;
    }

    /** A server's part in the load. */
    private static final class Entry {
        final ServerSpec spec;
        final ServerProcess process;
        final Generator generator;
        final Histogram all = LatencyHistograms.create();
        final Histogram undisturbed = LatencyHistograms.create();
        long messages;
        long allocatedBefore;

        Entry(ServerSpec spec, ServerProcess process, Generator generator) {
            this.spec = spec;
            this.process = process;
            this.generator = generator;
        }
    }

    /** Before and after the run every thread may use all the processors. */
    LoadRun(Load load, Settings settings, Pinning.Placement placement, BitSet processors,
            SliceRunner runner, Opener generators, Progress progress) {
        this.load = load;
        this.settings = settings;
        this.placement = placement;
        this.runner = runner;
        this.generators = generators;
        this.progress = progress;
        this.random = new Random(settings.seed());
        this.processors = processors;
    }

    /** Checks every byte of the server's echo, and opens the connections of the slices. */
    void add(ServerSpec spec, ServerProcess process) {
        progress.step(load.name() + ": checking every byte of " + spec.name());
        try {
            ByteCheck.run(process.address(), load, settings.seed(), CHECK_TIMEOUT_MILLIS);
            entries.put(spec.name(),
                    new Entry(spec, process, generators.open(process.address(), load)));
        } catch (IOException e) {
            throw failure(spec, e);
        }
    }

    private BenchException failure(ServerSpec spec, IOException cause) {
        return new BenchException(spec.name() + " failed at " + load.name() + ": "
                + cause.getMessage(), cause);
    }

    /** Warms every server up and runs the cycles. */
    LoadResult run(String baseline) throws IOException, InterruptedException {
        for (Entry entry : entries.values()) {
            warmUp(entry);
        }
        for (Entry entry : entries.values()) {
            entry.generator.bind(placement.generator());
            runUncounted(entry);
        }
        for (Entry entry : entries.values()) {
            entry.allocatedBefore = allocated(entry);
        }
        int repeats = (int) (settings.cycles() * entries.size() * REPEATS);
        for (int cycle = 0; cycle < settings.cycles(); cycle++) {
            repeats -= runCycle(cycle, repeats);
        }
        return result(baseline);
    }

    /** Warms up on all processors, so that the compilers do not slow the server down. */
    private void warmUp(Entry entry) throws InterruptedException {
        progress.step(load.name() + ": warming up " + entry.spec.name());
        try {
            WarmUp.OF_A_LOAD.run(entry.spec, entry.process, entry.generator,
                    settings.warmUpMillis());
            Machine.here().bindProcess(entry.process.pid(), placement.server());
        } catch (IOException e) {
            throw failure(entry.spec, e);
        }
    }

    /** Runs a slice that does not count: it moves caches and threads to the final processors. */
    private void runUncounted(Entry entry) {
        try {
            entry.generator.run(sliceNanos(), placement.waiting(), LatencyHistograms.create());
        } catch (IOException e) {
            throw failure(entry.spec, e);
        }
    }

    /**
     * Runs every server once, in a new order, and repeats disturbed slices; returns how many it
     * repeated.
     */
    private int runCycle(int cycle, int repeats) {
        List<Entry> order = new ArrayList<>(entries.values());
        Collections.shuffle(order, random);
        List<Entry> disturbed = new ArrayList<>();
        for (Entry entry : order) {
            if (runSlice(entry, cycle).disturbed()) {
                disturbed.add(entry);
            }
        }
        List<Entry> again = disturbed.subList(0, Math.min(disturbed.size(), repeats));
        for (Entry entry : again) {
            runSlice(entry, cycle);
        }
        return again.size();
    }

    private Slice runSlice(Entry entry, int cycle) {
        progress.step(load.name() + ": cycle " + (cycle + 1) + " of " + settings.cycles() + ", "
                + entry.spec.name());
        Histogram latencies = LatencyHistograms.create();
        Slice slice = runSlice(entry, cycle, latencies);
        slices.add(slice);
        entry.messages += slice.messages();
        entry.all.add(latencies);
        if (!slice.disturbed()) {
            entry.undisturbed.add(latencies);
        }
        return slice;
    }

    private Slice runSlice(Entry entry, int cycle, Histogram latencies) {
        try {
            return runner.run(entry.process, entry.generator, cycle, sliceNanos(),
                    placement.waiting(), latencies);
        } catch (IOException e) {
            throw failure(entry.spec, e);
        }
    }

    private LoadResult result(String baseline) throws IOException, InterruptedException {
        Map<String, Double> bytes = new LinkedHashMap<>();
        for (Entry entry : entries.values()) {
            if (entry.spec.answers()) {
                long allocated = allocated(entry) - entry.allocatedBefore;
                bytes.put(entry.spec.name(), (double) allocated / entry.messages);
            }
        }
        LoadResult counting = new LoadResult(load, placement.words(), baseline,
                List.copyOf(slices), latencies(false), bytes);
        return counting.countsDisturbed()
                ? new LoadResult(load, placement.words(), baseline, counting.slices(),
                        latencies(true), bytes)
                : counting;
    }

    private SequencedMap<String, Latency> latencies(boolean ofAll) {
        SequencedMap<String, Latency> latencies = new LinkedHashMap<>();
        entries.forEach((name, entry) -> latencies.put(name,
                Latency.of(ofAll ? entry.all : entry.undisturbed)));
        return latencies;
    }

    private static long allocated(Entry entry) throws IOException, InterruptedException {
        return entry.spec.answers() ? entry.process.ask("allocated") : 0;
    }

    private long sliceNanos() {
        return settings.sliceMillis() * 1_000_000L;
    }

    @Override
    public void close() throws IOException {
        Machine.here().bindCallingThread(processors);
        for (Entry entry : entries.values()) {
            entry.generator.close();
            Machine.here().bindProcess(entry.process.pid(), processors);
        }
    }
}
