package dev.sluice.bench.compare;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.machine.Machine;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import dev.sluice.bench.results.Section.Row;
import dev.sluice.bench.results.Settings;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SequencedMap;

/**
 * What a server costs before it is warm: the CPU time of its whole process, and the time that has
 * passed, when the first, the hundredth and the ten thousandth message has come back. One connection
 * sends one message after the other. Each cycle starts every server anew, in a new order, while no
 * other server runs.
 */
final class FirstMessages {
    static final String NAME = "first";

    /** A table for each of them, in this order. */
    static final List<Integer> MESSAGES = List.of(1, 100, 10_000);

    private static final String PREFERRED_BASELINE = "jdk-virtual";
    private static final Load KIND = new Load(64, 64, 1);
    private static final int MESSAGE_BYTES = 64;
    private static final int STALL_MILLIS = 10_000;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Settings settings;
    private final int processors;
    private final Progress progress;
    private final byte[] message = new byte[MESSAGE_BYTES];
    private final byte[] echo = new byte[MESSAGE_BYTES];

    /** A server's state when a message has come back, in milliseconds since its start. */
    record Reading(double cpuMillis, double elapsedMillis) {}

    /** Virtual threads get that many carriers; nothing is pinned. */
    FirstMessages(Settings settings, int processors, Progress progress) {
        this.settings = settings;
        this.processors = processors;
        this.progress = progress;
    }

    /** True if that server takes part, unless it is named: spinning is CPU time of its own choice. */
    static boolean measures(ServerSpec spec) {
        return spec.loads().test(KIND);
    }

    List<Section> run(List<ServerSpec> specs) throws InterruptedException {
        SequencedMap<ServerSpec, List<List<Reading>>> readings = new LinkedHashMap<>();
        specs.forEach(spec -> readings.put(spec, new ArrayList<>())); // in the order of the rows
        List<ServerSpec> order = new ArrayList<>(specs);
        Random random = new Random(settings.seed());
        for (int cycle = 0; cycle < settings.cycles(); cycle++) {
            Collections.shuffle(order, random);
            for (ServerSpec spec : order) {
                progress.step(NAME + ": cycle " + (cycle + 1) + " of " + settings.cycles()
                        + ", " + spec.name());
                readings.computeIfAbsent(spec, first -> new ArrayList<>()).add(start(spec));
            }
        }
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < MESSAGES.size(); i++) {
            sections.add(section(i, readings));
        }
        return sections;
    }

    /** Starts the server, and returns its state at each of {@link #MESSAGES}. */
    List<Reading> start(ServerSpec spec) throws InterruptedException {
        try {
            List<String> command = spec.program().command(processors);
            long startNanos = System.nanoTime();
            try (ServerProcess process = ServerProcess.start(spec.name(), command)) {
                process.awaitListening();
                return exchange(process, startNanos);
            }
        } catch (IOException | ServerUnavailableException e) {
            throw new BenchException(spec.name() + " failed at " + NAME + ": " + e.getMessage(), e);
        }
    }

    private List<Reading> exchange(ServerProcess process, long startNanos)
            throws IOException {
        List<Reading> readings = new ArrayList<>();
        try (Socket socket = connect(process.address())) {
            for (int sent = 1; readings.size() < MESSAGES.size(); sent++) {
                exchange(socket, sent);
                if (sent == MESSAGES.get(readings.size())) {
                    long cpuNanos = Machine.here().cpuNanos(process.pid())
                            .orElseThrow(() -> new EOFException("the process has ended"));
                    readings.add(new Reading(cpuNanos / NANOS_PER_MILLI,
                            (System.nanoTime() - startNanos) / NANOS_PER_MILLI));
                }
            }
        }
        return readings;
    }

    private static Socket connect(InetSocketAddress server) throws IOException {
        Socket socket = new Socket(server.getAddress(), server.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(STALL_MILLIS);
        return socket;
    }

    private void exchange(Socket socket, int number) throws IOException {
        Arrays.fill(message, (byte) number);
        socket.getOutputStream().write(message);
        InputStream in = socket.getInputStream();
        if (in.readNBytes(echo, 0, echo.length) < echo.length) {
            throw new EOFException("the server closed the connection at message " + number);
        }
        if (!Arrays.equals(message, echo)) {
            throw new IOException("the echo of message " + number + " is not the message");
        }
    }

    private Section section(int index, SequencedMap<ServerSpec, List<List<Reading>>> readings) {
        List<Row> rows = new ArrayList<>();
        readings.forEach((spec, starts) -> rows.add(new Row(spec.name(), List.of(
                starts.stream().map(start -> start.get(index).cpuMillis()).toList(),
                starts.stream().map(start -> start.get(index).elapsedMillis()).toList()))));
        int messages = MESSAGES.get(index);
        Section bare = new Section(NAME + "-" + messages, title(messages), "not pinned",
                baseline(rows),
                List.of(new Column("CPU", "ms", Better.LESS),
                        new Column("time", "ms", Better.LESS)),
                rows, List.of());
        return new Section(bare.name(), bare.title(), bare.placement(), bare.baseline(),
                bare.columns(), rows, List.of(spread(bare), "Checked: every byte of each echo."));
    }

    private static String title(int messages) {
        return String.format(Locale.ROOT, "from the start of a process to the echo of %s, %d bytes"
                + " each, one connection",
                messages == 1
                        ? "its first message"
                        : String.format(Locale.ROOT,
                                "its %,dth message", messages),
                MESSAGE_BYTES);
    }

    private static String baseline(List<Row> rows) {
        List<String> names = rows.stream().map(Row::name).toList();
        if (names.contains(PREFERRED_BASELINE)) {
            return PREFERRED_BASELINE;
        }
        return ServerCatalog.BASELINES.stream().filter(names::contains).findFirst()
                .orElse(names.isEmpty() ? "" : names.getFirst());
    }

    /** The table has medians and ratios alone. */
    private static String spread(Section section) {
        List<String> parts = new ArrayList<>();
        for (Row row : section.byCpu()) {
            section.figure(row, 0).ifPresent(cpu -> parts.add(String.format(Locale.ROOT,
                    "%s %.0f-%.0f%s", row.name(), cpu.low(), cpu.high(),
                    section.ratio(row, 0).map(ratio -> String.format(Locale.ROOT,
                            " (x%.2f-%.2f)", ratio.low(), ratio.high())).orElse(""))));
        }
        boolean few = section.rows().stream()
                .anyMatch(row -> section.figure(row, 0)
                        .filter(cpu -> !cpu.isConfidence()).isPresent());
        return (few ? "Range" : "95% interval") + " of the CPU time: " + String.join(", ", parts)
                + ".";
    }
}
