package dev.sluice.bench.compare;

import dev.sluice.bench.load.FanOut;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A message from one connection to all others. */
final class FanOutLoad implements LoadType {
    private static final int RECEIVERS = 1000;

    @Override
    public String name() {
        return "fan-out";
    }

    @Override
    public String help() {
        return "a message from one connection to 1,000 others";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        return ifNamed(name, () -> ChosenLoads.ofSpecial(load()));
    }

    private static SpecialLoad load() {
        return new SpecialLoad("fan-out", String.format(Locale.ROOT,
                "a message of 64 bytes from one connection to %,d others, one after the other",
                RECEIVERS), Task.FAN_OUT,
                Check.ofEachSlice("the number of every delivery, in each slice"), RECEIVERS + 1,
                List.of(new Column("deliveries", "1/s", Better.MORE),
                        new Column("CPU", "ns/delivery", Better.LESS)),
                Pinning.ONE, (server, alone) -> new FanOut(server, RECEIVERS),
                (outcome, cpu) -> List.of(outcome.unitsPerSecond(),
                        (double) cpu / outcome.units()));
    }
}
