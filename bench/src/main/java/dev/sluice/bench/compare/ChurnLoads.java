package dev.sluice.bench.compare;

import dev.sluice.bench.load.Churn;
import dev.sluice.bench.load.Churn.Ending;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Connections that come and go, ended by the client in three ways. */
final class ChurnLoads implements LoadType {
    private static final double NANOS_PER_MICRO = 1e3;

    @Override
    public String name() {
        return "churn";
    }

    @Override
    public String help() {
        return "connect, one message, close; also with a half-close, and with a reset";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        return ifNamed(name, () -> ChosenLoads.ofSpecial(
                load(Ending.CLOSE, "the client closes"),
                load(Ending.HALF_CLOSE, "the client half-closes, then the server closes"),
                load(Ending.ABORT, "the client resets")));
    }

    private static SpecialLoad load(Ending ending, String words) {
        return new SpecialLoad(
                "churn-" + ending.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                "connect, one message of 64 bytes, " + words + "; one connection at a time",
                Task.ECHO, Check.ofEcho(new Load(16, 64, 1)), 1,
                List.of(new Column("connections", "1/s", Better.MORE),
                        new Column("CPU", "\u00b5s/connection", Better.LESS)),
                Pinning.ONE, (server, alone) -> new Churn(server, ending),
                (outcome, cpu) -> List.of(outcome.unitsPerSecond(),
                        cpu / NANOS_PER_MICRO / outcome.units()));
    }
}
