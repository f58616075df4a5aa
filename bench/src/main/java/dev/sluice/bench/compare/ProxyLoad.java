package dev.sluice.bench.compare;

import dev.sluice.bench.load.EchoExchange;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Messages through a proxy, whose every read and write is under an idle time-out, to an echo server
 * and back. Nothing is pinned: with a processor for the proxy alone, a thread that is woken on another
 * one would cost nothing.
 */
final class ProxyLoad implements LoadType {
    static final String NAME = "proxy";

    private static final double NANOS_PER_MICRO = 1e3;

    /** What passes: the requests of a service, one in flight on each connection. */
    static final Load MESSAGES = new Load(64, 1024, 1);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String help() {
        return "through a proxy with idle time-outs to an echo server and back, not pinned";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        return ifNamed(name, () -> ChosenLoads.ofSpecial(load()));
    }

    static SpecialLoad load() {
        return new SpecialLoad(NAME, String.format(Locale.ROOT,
                "%d connections through a proxy to an echo server, messages of %,d bytes",
                MESSAGES.connections(), MESSAGES.messageBytes()),
                Task.PROXY, Check.ofProxy(MESSAGES), 2 * MESSAGES.connections(),
                List.of(new Column("messages", "1/s", Better.MORE),
                        new Column("CPU", "\u00b5s/message", Better.LESS),
                        new Column("p50", "\u00b5s", Better.LESS),
                        new Column("p99", "\u00b5s", Better.LESS)),
                Pinning.NONE, (server, alone) -> new EchoExchange(server, MESSAGES),
                (outcome, cpu) -> List.of(outcome.unitsPerSecond(),
                        cpu / NANOS_PER_MICRO / outcome.units(),
                        outcome.figures().getFirst(), outcome.figures().getLast()));
    }
}
