package dev.sluice.bench.compare;

import dev.sluice.bench.load.Churn;
import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.load.FanOut;
import dev.sluice.bench.load.FixedRate;
import dev.sluice.bench.load.MixedSizes;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A load that is more than messages of one size in a closed loop.
 *
 * @param name what the tables call it
 * @param title in words
 * @param task what the servers are told to do
 * @param connections how many it makes to each server
 * @param columns its figures
 * @param pinning which processors it wants
 * @param opener connects it to a server
 * @param figures the columns of a slice, from what the exchange did and the server's CPU time in
 *        nanoseconds
 */
public record SpecialLoad(String name, String title, Task task, int connections,
        List<Column> columns,
        Pinning pinning, Opener opener, BiFunction<Exchange.Outcome, Long, List<Double>> figures) {
    private static final Pattern RATE = Pattern.compile("rate(\\d{1,7})?");
    private static final int DEFAULT_RATE = 20_000;
    private static final int MAX_RATE = 1_000_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final int RECEIVERS = 1000;

    /** Connects. */
    @FunctionalInterface
    public interface Opener {
        /**
         * To a server.
         *
         * @param alone whether the generator's thread has a processor to itself
         */
        Exchange open(InetSocketAddress server, boolean alone) throws IOException;
    }

    /**
     * The loads of that name: one, or several that belong together.
     *
     * @throws IllegalArgumentException where a number is out of its bounds
     */
    static Optional<List<SpecialLoad>> parse(String name) {
        Matcher rate = RATE.matcher(name);
        if (rate.matches()) {
            int perSecond = rate.group(1) == null ? DEFAULT_RATE : Integer.parseInt(rate.group(1));
            if (perSecond < 1 || perSecond > MAX_RATE) {
                throw new IllegalArgumentException("a rate must be 1 to " + MAX_RATE);
            }
            return Optional.of(List.of(rate(perSecond)));
        }
        return switch (name) {
            case "churn" -> Optional.of(List.of(churn(Churn.Ending.CLOSE,
                    "a close of the client"),
                    churn(Churn.Ending.HALF_CLOSE,
                            "a half-close of the client, then the server's"),
                    churn(Churn.Ending.ABORT, "a reset by the client")));
            case "bulk" -> Optional.of(BulkLoads.timed());
            case "bulk1g" -> Optional.of(BulkLoads.whole());
            case "fan-out" -> Optional.of(List.of(fanOut()));
            case "mixed" -> Optional.of(List.of(mixed()));
            default -> Optional.empty();
        };
    }

    private static SpecialLoad churn(Churn.Ending ending, String words) {
        return new SpecialLoad(
                "churn-" + ending.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                "connect, one message of 64 bytes, " + words + "; one connection at a time",
                Task.ECHO, 1,
                List.of(new Column("connections", "1/s", Better.MORE),
                        new Column("CPU", "\u00b5s/connection", Better.LESS)),
                Pinning.ONE, (server, alone) -> new Churn(server, ending),
                (outcome, cpu) -> List.of(perSecond(outcome),
                        cpu / NANOS_PER_MICRO / outcome.units()));
    }

    private static SpecialLoad fanOut() {
        return new SpecialLoad("fan-out", String.format(Locale.ROOT,
                "a message of 64 bytes from one connection to %,d others, one after the other",
                RECEIVERS), Task.FAN_OUT, RECEIVERS + 1,
                List.of(new Column("deliveries", "1/s", Better.MORE),
                        new Column("CPU", "ns/delivery", Better.LESS)),
                Pinning.ONE, (server, alone) -> new FanOut(server, RECEIVERS),
                (outcome, cpu) -> List.of(perSecond(outcome), (double) cpu / outcome.units()));
    }

    private static SpecialLoad mixed() {
        return new SpecialLoad("mixed",
                "64 connections, messages of 64 B (half of them), 512 B, 4 KiB and 16 KiB",
                Task.ECHO, 64,
                List.of(new Column("messages", "1/s", Better.MORE),
                        new Column("each way", "MB/s", Better.MORE),
                        new Column("CPU", "ns/message", Better.LESS)),
                Pinning.ONE, (server, alone) -> new MixedSizes(server, 1),
                (outcome, cpu) -> List.of(perSecond(outcome), outcome.figures().getFirst(),
                        (double) cpu / outcome.units()));
    }

    private static SpecialLoad rate(int perSecond) {
        return new SpecialLoad("rate" + perSecond,
                String.format(Locale.ROOT, "%,d messages of 64 bytes a second on 64 connections;"
                        + " latency from when a message was due, sent by a generator that polls",
                        perSecond),
                Task.ECHO, 64,
                List.of(new Column("p50", "\u00b5s", Better.LESS),
                        new Column("p99", "\u00b5s", Better.LESS),
                        new Column("p99.9", "\u00b5s", Better.LESS),
                        new Column("max", "\u00b5s", Better.LESS),
                        new Column("CPU", "ns/message", Better.LESS),
                        new Column("reached", "1/s", Better.MORE)),
                Pinning.TWO, (server, alone) -> new FixedRate(server, perSecond, alone),
                (outcome, cpu) -> {
                    List<Double> figures = new ArrayList<>(outcome.figures());
                    figures.add((double) cpu / outcome.units());
                    figures.add(perSecond(outcome));
                    return figures;
                });
    }

    private static double perSecond(Exchange.Outcome outcome) {
        return outcome.units() * NANOS_PER_SECOND / outcome.elapsedNanos();
    }
}
