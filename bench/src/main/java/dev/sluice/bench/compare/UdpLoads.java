package dev.sluice.bench.compare;

import dev.sluice.bench.load.Datagrams;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Datagrams that are sent back: small ones on many sockets, and many of a packet's size on one. */
final class UdpLoads implements LoadType {
    static final String NAME = "udp";

    private static final Load MANY = new Load(32, 64, 8);

    /** No more than a socket's buffer holds by default, so that none is lost. */
    private static final Load ONE = new Load(1, 1200, 64);

    private static final int CHECKED_ROUNDS = 20;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String help() {
        return "datagrams of 64 bytes on 32 sockets, and of 1,200 bytes on one";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        return ifNamed(name, () -> ChosenLoads.ofSpecial(many(), one()));
    }

    static SpecialLoad many() {
        return load("udp-many", MANY);
    }

    static SpecialLoad one() {
        return load("udp-one", ONE);
    }

    private static SpecialLoad load(String name, Load load) {
        return new SpecialLoad(name, String.format(Locale.ROOT,
                "datagrams of %,d bytes and back, %d in flight on each of %d %s",
                load.messageBytes(), load.inFlight(), load.connections(),
                load.connections() == 1 ? "socket" : "sockets"),
                Task.UDP, List.of("--sockets", Integer.toString(load.connections())),
                Check.ofDatagrams(load, CHECKED_ROUNDS), load.connections(),
                List.of(new Column("messages", "1/s", Better.MORE),
                        new Column("CPU", "ns/message", Better.LESS)),
                Pinning.ONE, (server, alone) -> new Datagrams(server, load),
                (outcome, cpu) -> List.of(outcome.unitsPerSecond(),
                        (double) cpu / outcome.units()));
    }
}
