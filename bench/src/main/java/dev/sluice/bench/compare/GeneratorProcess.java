package dev.sluice.bench.compare;

import dev.sluice.bench.load.Generator;
import dev.sluice.bench.load.GeneratorAnswer;
import dev.sluice.bench.load.GeneratorMain;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.machine.Machine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** A generator in a process of its own, with descriptors of its own for its connections. */
final class GeneratorProcess implements Generator {
    private static final int CONNECT_SECONDS = 60;
    private static final int ANSWER_SECONDS = 30; // beyond the run's own time

    private final ChildProcess process;
    private long compiledMillis;

    private GeneratorProcess(ChildProcess process) {
        this.process = process;
    }

    /** Starts the process and waits until it has opened all connections of the load. */
    static GeneratorProcess open(InetSocketAddress server, Load load) throws IOException {
        GeneratorProcess generator = new GeneratorProcess(ChildProcess.start(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:-UsePerfData",
                "-cp", System.getProperty("java.class.path"), GeneratorMain.class.getName(),
                server.getAddress().getHostAddress(), Integer.toString(server.getPort()),
                load.name())));
        try {
            String line = generator.answer(CONNECT_SECONDS);
            if (!line.equals(GeneratorMain.CONNECTED)) {
                throw new IOException("unexpected first line of the generator: " + line);
            }
            return generator;
        } catch (IOException e) {
            generator.close();
            throw e;
        }
    }

    @Override
    public Run run(long durationNanos, Waiting waiting, Histogram into) throws IOException {
        process.writeLine(durationNanos + " " + waiting);
        GeneratorAnswer answer = GeneratorAnswer.parse(
                answer(ANSWER_SECONDS + TimeUnit.NANOSECONDS.toSeconds(durationNanos)));
        into.add(answer.latencies());
        compiledMillis = answer.compiledMillis();
        return answer.run();
    }

    private String answer(long seconds) throws IOException {
        try {
            @Nullable
            String line = process.readLine(seconds);
            if (line == null) {
                throw new IOException("its generator said nothing for " + seconds + " seconds");
            }
            if (line.isEmpty()) {
                throw new IOException("its generator ended: " + process.whyItEnded());
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a generator was at work");
        }
    }

    @Override
    public void bind(BitSet processors) throws IOException {
        Machine.here().bindProcess(pid(), processors);
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public long compiledMillis() {
        return compiledMillis;
    }

    @Override
    public void close() {
        process.close();
    }
}
