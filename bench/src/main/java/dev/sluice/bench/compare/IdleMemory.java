package dev.sluice.bench.compare;

import dev.sluice.bench.CommandFailure;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import dev.sluice.bench.results.Section.Row;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * What a connection costs that does nothing: servers of their own, fresh, to which thousands
 * connect and exchange one message. A JVM has all pages of its heap from the start
 * (AlwaysPreTouch), so that what its process grows by is not the heap's; what the heap holds is
 * asked for after a collection.
 */
final class IdleMemory {
    static final String NAME = "idle";

    private static final int[] COUNTS = {1_000, 10_000};
    private static final String PRE_TOUCH = "-XX:+AlwaysPreTouch";
    private static final int MESSAGE_BYTES = 64;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MIB = 1 << 20;
    private static final long NONE = -1;

    private final Progress progress;
    private final long descriptors;
    private final List<String> notes = new ArrayList<>();

    /** With the number of descriptors that this process may have. */
    IdleMemory(Progress progress, long descriptors) {
        this.progress = progress;
        this.descriptors = descriptors;
    }

    /** What a server holds at one moment, in bytes; {@link #NONE} where it cannot tell. */
    private record Held(long resident, long heap, long buffers) {
        static Held of(ServerSpec spec, ServerProcess process)
                throws IOException, InterruptedException {
            return spec.answers()
                    ? new Held(resident(process.pid()), process.ask("heap"),
                            process.ask("buffers"))
                    : new Held(resident(process.pid()), NONE, NONE);
        }

        private static long resident(long pid) throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
                if (line.startsWith("Rss:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
            throw new IOException("/proc/" + pid + "/smaps_rollup names no resident memory");
        }
    }

    Section run(List<ServerSpec> specs, SequencedMap<String, String> unavailable)
            throws InterruptedException {
        List<Row> rows = new ArrayList<>();
        for (ServerSpec spec : specs) {
            if (!unavailable.containsKey(spec.name())) {
                rows.add(measure(spec));
            }
        }
        return new Section(NAME, "connections that exchanged one message and do nothing; a process"
                + " of its own for each server", "not pinned", "", columns(), rows, notes);
    }

    private static List<Column> columns() {
        List<Column> columns = new ArrayList<>(List.of(
                new Column("listens after", "ms", Better.LESS),
                new Column("resident without connections", "MiB", Better.LESS)));
        for (int count : COUNTS) {
            String at = String.format(Locale.ROOT, " at %,d", count);
            columns.add(new Column("all" + at, "B/connection", Better.LESS));
            columns.add(new Column("native" + at, "B/connection", Better.LESS));
            columns.add(new Column("heap" + at, "B/connection", Better.LESS));
            columns.add(new Column("buffers" + at, "B/connection", Better.LESS));
        }
        return columns;
    }

    private Row measure(ServerSpec spec) throws InterruptedException {
        progress.step(NAME + ": " + spec.name());
        long startNanos = System.nanoTime();
        try (ServerProcess process = ServerProcess.start(spec.name(), spec.program().command())) {
            process.awaitListening();
            double readyMillis = (System.nanoTime() - startNanos) / NANOS_PER_MILLI;
            double residentMiB = Held.of(spec, process).resident() / MIB;
            List<List<Double>> cells = new ArrayList<>(
                    List.of(List.of(readyMillis), List.of(residentMiB)));
            cells.addAll(connections(spec));
            return new Row(spec.name(), cells);
        } catch (IOException | ServerUnavailableException e) {
            throw new CommandFailure(spec.name() + " failed at " + NAME + ": " + e.getMessage(), e);
        }
    }

    /** On a second process, whose heap is in memory from the start. */
    private List<List<Double>> connections(ServerSpec spec)
            throws IOException, InterruptedException, ServerUnavailableException {
        List<String> command = new ArrayList<>(spec.program().command());
        if (spec.answers()) {
            command.add(1, PRE_TOUCH);
        }
        List<List<Double>> cells = new ArrayList<>();
        List<SocketChannel> open = new ArrayList<>();
        try (ServerProcess process = ServerProcess.start(spec.name(), command)) {
            process.awaitListening();
            exchange(process, open); // the first loads classes
            Held before = Held.of(spec, process);
            for (int count : COUNTS) {
                if (count + 100 > descriptors) {
                    String note = String.format(Locale.ROOT, "%,d connections left out: the limit"
                            + " is %,d descriptors (ulimit -n)", count, descriptors);
                    if (!notes.contains(note)) {
                        notes.add(note);
                    }
                    cells.addAll(Collections.nCopies(4, List.of()));
                    continue;
                }
                while (open.size() <= count) {
                    exchange(process, open);
                }
                cells.addAll(perConnection(before, Held.of(spec, process), count));
            }
        } finally {
            for (SocketChannel channel : open) {
                channel.close();
            }
        }
        return cells;
    }

    private static void exchange(ServerProcess server, List<SocketChannel> open)
            throws IOException {
        SocketChannel channel = SocketChannel.open(server.address());
        open.add(channel);
        ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES);
        while (message.hasRemaining()) {
            channel.write(message);
        }
        message.clear();
        while (message.hasRemaining()) {
            if (channel.read(message) < 0) {
                throw new EOFException("the server closed a connection");
            }
        }
    }

    private static List<List<Double>> perConnection(Held before, Held after, int count) {
        double resident = (double) (after.resident() - before.resident()) / count;
        if (after.heap() == NONE) {
            return List.of(List.of(resident), List.of(resident), List.of(), List.of());
        }
        double heap = (double) (after.heap() - before.heap()) / count;
        double buffers = (double) (after.buffers() - before.buffers()) / count;
        return List.of(List.of(resident + heap), List.of(resident), List.of(heap),
                List.of(buffers));
    }
}
