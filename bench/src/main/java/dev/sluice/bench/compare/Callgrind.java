package dev.sluice.bench.compare;

import dev.sluice.bench.load.Generator.Waiting;
import dev.sluice.bench.load.LatencyHistograms;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.LoadConnections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The instructions that a server executes outside the kernel, counted by valgrind's callgrind, in a
 * process of its own. Of two runs one exchanges more messages, and the difference belongs to these
 * messages alone. Only servers without a JVM are counted: under callgrind a JVM needs twenty
 * seconds to listen, and minutes until its compilers are done.
 */
final class Callgrind {
    static final String PROGRAM = "valgrind";

    private static final long SHORT_NANOS = 50_000_000L;
    private static final long LONG_NANOS = 500_000_000L;
    private static final int END_SECONDS = 20;
    private static final Pattern TOTAL = Pattern.compile("(?m)^summary: (\\d+)");

    private final ServerSpec spec;
    private final Load load;

    Callgrind(ServerSpec spec, Load load) {
        this.spec = spec;
        this.load = load;
    }

    private record Counted(long instructions, long messages) {}

    /** Returns the instructions per message of the load. */
    double instructionsPerMessage() throws IOException, InterruptedException {
        Counted few = count(SHORT_NANOS);
        Counted many = count(LONG_NANOS);
        if (many.messages <= few.messages) {
            throw new IOException("no more messages in ten times the time");
        }
        return (double) (many.instructions - few.instructions) / (many.messages - few.messages);
    }

    private Counted count(long nanos) throws IOException, InterruptedException {
        Path counts = Files.createTempFile("sluice-callgrind", ".out");
        try {
            long messages = exchange(List.of(PROGRAM, "-q", "--tool=callgrind",
                    "--callgrind-out-file=" + counts), nanos);
            Matcher total = TOTAL.matcher(Files.readString(counts));
            if (!total.find()) {
                throw new IOException("callgrind wrote no total");
            }
            return new Counted(Long.parseLong(total.group(1)), messages);
        } finally {
            Files.delete(counts);
        }
    }

    private long exchange(List<String> prefix, long nanos)
            throws IOException, InterruptedException {
        try (ServerProcess process = start(prefix)) {
            process.awaitListening();
            long messages;
            try (LoadConnections connections = LoadConnections.open(process.address(), load)) {
                messages = connections.run(nanos, Waiting.BLOCK, LatencyHistograms.create())
                        .messages();
            }
            process.end();
            if (!process.awaitEnd(END_SECONDS)) {
                throw new IOException("it does not end under callgrind");
            }
            return messages;
        } catch (ServerUnavailableException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private ServerProcess start(List<String> prefix) throws ServerUnavailableException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(spec.program().command(1));
        return ServerProcess.start(spec.name(), command);
    }
}
