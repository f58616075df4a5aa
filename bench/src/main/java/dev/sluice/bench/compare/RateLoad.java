package dev.sluice.bench.compare;

import dev.sluice.bench.load.FixedRate;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Messages at a fixed rate, for latencies without coordinated omission. */
final class RateLoad implements LoadType {
    private static final Pattern NAME = Pattern.compile("rate(\\d{1,7})?");
    private static final int DEFAULT_RATE = 20_000;
    private static final int MAX_RATE = 1_000_000;

    @Override
    public String name() {
        return "rate[N]";
    }

    @Override
    public String help() {
        return "N messages a second (20000), for latencies without coordinated omission";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        Matcher rate = NAME.matcher(name);
        if (!rate.matches()) {
            return Optional.empty();
        }
        int perSecond = rate.group(1) == null ? DEFAULT_RATE : Integer.parseInt(rate.group(1));
        if (perSecond < 1 || perSecond > MAX_RATE) {
            throw new IllegalArgumentException("a rate must be 1 to " + MAX_RATE);
        }
        return Optional.of(ChosenLoads.ofSpecial(load(perSecond)));
    }

    private static SpecialLoad load(int perSecond) {
        return new SpecialLoad("rate" + perSecond,
                String.format(Locale.ROOT, "%,d messages of 64 bytes a second on 64 connections;"
                        + " latency from when a message was due, sent by a generator that polls",
                        perSecond),
                Task.ECHO, Check.ofEcho(new Load(64, 64, 1)), 64,
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
                    figures.add(outcome.unitsPerSecond());
                    return figures;
                });
    }
}
