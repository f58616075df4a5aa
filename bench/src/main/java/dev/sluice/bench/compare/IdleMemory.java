package dev.sluice.bench.compare;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.LoadConnections;
import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import dev.sluice.bench.results.Section.Row;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What an idle connection costs. Servers of their own take thousands of connections, each of which
 * exchanges one message. A JVM has all pages of its heap from the start (AlwaysPreTouch), so that
 * the growth of its process is not the heap's; the use of the heap is read after a collection.
 *
 * <p>Connections are not charged with what a server's runtime takes while its code becomes hot.
 * Each server is warmed up first, by messages and by connections that come and go, a few at a time
 * so that its tables stay small. A reading is taken when the compilers have been idle for a while
 * and have released their work space, and malloc has released what is free in it
 * (TrimNativeHeapInterval). The collector leaves nothing dead in the heap (MarkSweepDeadRatio),
 * which otherwise counts as used.
 */
final class IdleMemory {
    static final String NAME = "idle";

    private static final int[] COUNTS = {1_000, 10_000};
    private static final List<String> FLAGS =
            List.of("-XX:+AlwaysPreTouch", "-XX:TrimNativeHeapInterval=100",
                    "-XX:MarkSweepDeadRatio=0");

    private static final Load WARM_UP = new Load(16, 64, 1);
    private static final int WARM_UP_MILLIS = 20_000;
    private static final int WARM_UP_ROUNDS = 2;
    private static final int WAVES = 20;
    private static final int WAVE_CONNECTIONS = 100;

    /** A JVM keeps the work space of its compilers for five seconds after they are done. */
    private static final int QUIET_MILLIS = 6_000;

    private static final int MOST_QUIET_MILLIS = 30_000;
    private static final int LOOK_MILLIS = 100;
    private static final int MESSAGE_BYTES = 64;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MIB = 1 << 20;
    private static final long NONE = -1;

    private final Progress progress;
    private final long descriptors;
    private final List<String> notes = new ArrayList<>();

    /** Takes the number of descriptors that this process may have. */
    IdleMemory(Progress progress, long descriptors) {
        this.progress = progress;
        this.descriptors = descriptors;
    }

    /** What a server holds at one moment, in bytes; {@link #NONE} if it cannot report it. */
    private record Held(long resident, long heap, long buffers) {
        static Held of(ServerSpec spec, ServerProcess process)
                throws IOException, InterruptedException {
            if (!spec.answers()) {
                return new Held(Machine.here().residentBytes(process.pid()), NONE, NONE);
            }
            long heap = process.ask("heap");
            return new Held(Machine.here().residentBytes(process.pid()), heap,
                    process.ask("buffers"));
        }
    }

    Section run(List<ServerSpec> specs) throws InterruptedException {
        List<Row> rows = new ArrayList<>();
        for (ServerSpec spec : specs) {
            rows.add(measure(spec));
        }
        notes.addFirst(String.format(Locale.ROOT, "Bytes are of what a warm server grew by: before"
                + " the first reading it had %,d connections and at least %,d messages. Its compilers"
                + " had been done for %d s at each reading, and malloc had released what was free."
                + " The kernel's own memory of sockets is not counted, for no server",
                WARM_UP_ROUNDS * WAVES * WAVE_CONNECTIONS,
                WARM_UP_ROUNDS * WarmUp.OF_THE_SERVER.leastMessages(), QUIET_MILLIS / 1000));
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
        try (ServerProcess process = ServerProcess.start(spec.name(), spec.program().command(1))) {
            process.awaitListening();
            double readyMillis = (System.nanoTime() - startNanos) / NANOS_PER_MILLI;
            double residentMiB = Held.of(spec, process).resident() / MIB;
            List<List<Double>> cells = new ArrayList<>(
                    List.of(List.of(readyMillis), List.of(residentMiB)));
            cells.addAll(connections(spec));
            return new Row(spec.name(), cells);
        } catch (IOException | ServerUnavailableException e) {
            throw new BenchException(spec.name() + " failed at " + NAME + ": " + e.getMessage(), e);
        }
    }

    /** Measures a second process, whose heap is in memory from the start. */
    private List<List<Double>> connections(ServerSpec spec)
            throws IOException, InterruptedException, ServerUnavailableException {
        List<String> command = new ArrayList<>(spec.program().command(1));
        if (spec.answers()) {
            command.addAll(1, FLAGS);
        }
        List<List<Double>> cells = new ArrayList<>();
        List<SocketChannel> open = new ArrayList<>();
        try (ServerProcess process = ServerProcess.start(spec.name(), command)) {
            process.awaitListening();
            warmUp(spec, process);
            exchange(process, open);
            Held before = quietly(spec, process);
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
                cells.addAll(perConnection(before, quietly(spec, process), count));
            }
        } finally {
            closeAll(open);
        }
        return cells;
    }

    private static void warmUp(ServerSpec spec, ServerProcess process)
            throws IOException, InterruptedException {
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            try (LoadConnections connections = LoadConnections.open(process.address(), WARM_UP)) {
                WarmUp.OF_THE_SERVER.run(spec, process, connections, WARM_UP_MILLIS);
            }
            for (int wave = 0; wave < WAVES; wave++) {
                List<SocketChannel> guests = new ArrayList<>();
                try {
                    while (guests.size() < WAVE_CONNECTIONS) {
                        exchange(process, guests);
                    }
                } finally {
                    closeAll(guests);
                }
            }
        }
    }

    /**
     * Reads what the server holds once its compilers are done and have released their work space.
     */
    private static Held quietly(ServerSpec spec, ServerProcess process)
            throws IOException, InterruptedException {
        if (spec.answers()) {
            long compiled = process.ask("compiled");
            int quietMillis = 0;
            for (int waited = 0; waited < MOST_QUIET_MILLIS
                    && quietMillis < QUIET_MILLIS; waited += LOOK_MILLIS) {
                Thread.sleep(LOOK_MILLIS);
                long now = process.ask("compiled");
                quietMillis = now == compiled ? quietMillis + LOOK_MILLIS : 0;
                compiled = now;
            }
        }
        return Held.of(spec, process);
    }

    private static void closeAll(List<SocketChannel> channels) throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
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
