package dev.sluice.bench.compare;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.load.Generator.Waiting;
import dev.sluice.bench.load.LatencyHistograms;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.LoadConnections;
import dev.sluice.bench.machine.ContextSwitches;
import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import dev.sluice.bench.results.Section.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a message costs in things that can be counted and hardly vary: system calls (strace -c),
 * context switches, and instructions. Instructions come from perf stat if the processor has
 * a counter for them; else callgrind counts those outside the kernel, of the servers that run under
 * it in reasonable time.
 */
final class Counts {
    private static final Load LOAD = new Load(64, 64, 1);
    private static final long SLICE_NANOS = 300_000_000L;
    private static final String PERF_SECONDS = "1";
    private static final int TOOL_SECONDS = 20;
    private static final Pattern TOTAL = Pattern.compile(
            "(?m)^\\s*100\\.00\\s+\\S+\\s+\\S*\\s*(\\d+)\\s+(?:\\d+\\s+)?total\\s*$");

    private final Progress progress;
    private final List<String> notes = new ArrayList<>();
    private final boolean hasStrace;
    private final boolean hasInstructions;
    private final boolean hasCallgrind;

    Counts(Progress progress) throws InterruptedException {
        this.progress = progress;
        this.hasStrace = output("strace", "-V").contains("strace");
        if (!hasStrace) {
            notes.add("No system calls: strace is not installed.");
        }
        String perf = output("perf", "stat", "-x,", "-e", "instructions", "true");
        this.hasInstructions = perf.lines()
                .anyMatch(line -> line.contains("instructions") && line.matches("\\d+,.*"));
        this.hasCallgrind = !hasInstructions
                && output(Callgrind.PROGRAM, "--version").startsWith("valgrind");
        if (hasCallgrind) {
            notes.add("Instructions: those outside the kernel, by callgrind, as perf counts none on"
                    + " this machine. Of servers without a JVM alone: a JVM takes minutes under it"
                    + " until its compilers are done.");
        } else if (!hasInstructions) {
            notes.add("No instructions: perf is not installed or finds no counter for them on this"
                    + " machine, and valgrind is not installed.");
        }
    }

    Section run(SequencedMap<ServerSpec, ServerProcess> servers) throws InterruptedException {
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<ServerSpec, ServerProcess> server : servers.entrySet()) {
            progress.step("counts: " + server.getKey().name());
            try {
                rows.add(count(server.getKey(), server.getValue()));
            } catch (IOException e) {
                throw new BenchException(server.getKey().name() + " failed at counts: "
                        + e.getMessage(), e);
            }
        }
        return new Section("counts", "per message of " + LOAD.description()
                + "; strace slows the server, so that more messages share a call",
                "not pinned", "", List.of(
                        new Column("system calls", "", Better.LESS),
                        new Column("context switches", "", Better.LESS),
                        new Column("instructions", "", Better.LESS)),
                rows, notes);
    }

    private Row count(ServerSpec spec, ServerProcess process)
            throws IOException, InterruptedException {
        long pid = process.pid();
        try (LoadConnections connections = LoadConnections.open(process.address(), LOAD)) {
            slice(connections); // warms up
            ContextSwitches before = Machine.here().contextSwitches(pid);
            long messages = slice(connections);
            double switches = (double) Machine.here().contextSwitches(pid).since(before) / messages;
            return new Row(spec.name(), List.of(
                    values(hasStrace ? systemCalls(pid, connections) : OptionalDouble.empty()),
                    List.of(switches),
                    values(instructions(spec, pid, connections))));
        }
    }

    private OptionalDouble instructions(ServerSpec spec, long pid, LoadConnections connections)
            throws IOException, InterruptedException {
        if (hasInstructions) {
            return counted(pid, connections);
        }
        return hasCallgrind && !spec.answers()
                ? OptionalDouble.of(new Callgrind(spec, LOAD).instructionsPerMessage())
                : OptionalDouble.empty();
    }

    private static List<Double> values(OptionalDouble value) {
        return value.isPresent() ? List.of(value.getAsDouble()) : List.of();
    }

    private static long slice(LoadConnections connections) throws IOException {
        return connections.run(SLICE_NANOS, Waiting.BLOCK, LatencyHistograms.create()).messages();
    }

    private OptionalDouble systemCalls(long pid, LoadConnections connections)
            throws IOException, InterruptedException {
        Path summary = Files.createTempFile("sluice-strace", ".txt");
        try {
            Process strace = new ProcessBuilder("strace", "-c", "-f", "-o", summary.toString(),
                    "-p", Long.toString(pid)).redirectErrorStream(true).start();
            BufferedReader said = strace.inputReader(StandardCharsets.UTF_8);
            String first = said.readLine(); // "strace: Process N attached", or the reason why not
            if (first == null || !first.contains("attached")) {
                notes.add("No system calls: " + first);
                strace.destroyForcibly();
                return OptionalDouble.empty();
            }
            long messages = slice(connections);
            strace.destroy(); // SIGTERM: strace detaches and writes its summary
            if (!strace.waitFor(TOOL_SECONDS, TimeUnit.SECONDS)) {
                strace.destroyForcibly();
                return OptionalDouble.empty();
            }
            Matcher total = TOTAL.matcher(Files.readString(summary));
            return total.find()
                    ? OptionalDouble.of(Double.parseDouble(total.group(1)) / messages)
                    : OptionalDouble.empty();
        } finally {
            Files.delete(summary);
        }
    }

    private static OptionalDouble counted(long pid, LoadConnections connections)
            throws IOException, InterruptedException {
        Process perf = new ProcessBuilder("perf", "stat", "-x,", "-e", "instructions", "-p",
                Long.toString(pid), "sleep", PERF_SECONDS).redirectErrorStream(true).start();
        long messages = slice(connections);
        String said = new String(perf.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        perf.waitFor(TOOL_SECONDS, TimeUnit.SECONDS);
        return said.lines().filter(line -> line.matches("\\d+,.*instructions.*"))
                .mapToDouble(line -> Double.parseDouble(line.substring(0, line.indexOf(','))))
                .map(count -> count / messages).findFirst();
    }

    /** Returns what a program prints; empty if it is not installed. */
    private static String output(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8);
            process.waitFor(TOOL_SECONDS, TimeUnit.SECONDS);
            return said;
        } catch (IOException e) {
            return ""; // it is not installed
        }
    }
}
