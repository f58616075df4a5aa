package dev.sluice.bench.compare;

import dev.sluice.bench.load.Requests;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Requests of HTTP/1.1: one in flight on each connection, and sixteen. */
final class RequestLoads implements LoadType {
    static final String NAME = "request";

    private static final int CONNECTIONS = 64;
    private static final int CHECKED_AT_ONCE = 40;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String help() {
        return "GET of 13 bytes by HTTP/1.1 on 64 connections, 1 and 16 in flight,\n"
                + "against C, Netty's codec and the JDK's HttpServer";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        return ifNamed(name, () -> ChosenLoads.ofSpecial(load(1), load(16)));
    }

    static SpecialLoad load(int pipelined) {
        return new SpecialLoad(NAME + "-" + pipelined, String.format(Locale.ROOT,
                "GET of 13 bytes by HTTP/1.1, %d in flight on each of %d connections",
                pipelined, CONNECTIONS),
                Task.REQUEST,
                new Check("a request that came byte by byte is answered at its end and not before,"
                        + " and " + CHECKED_AT_ONCE
                        + " that came at once; each answer in each slice",
                        (server, seed) -> Requests.check(server, CHECKED_AT_ONCE)),
                CONNECTIONS,
                List.of(new Column("requests", "1/s", Better.MORE),
                        new Column("CPU", "ns/request", Better.LESS)),
                Pinning.ONE, (server, alone) -> new Requests(server, CONNECTIONS, pipelined),
                (outcome, cpu) -> List.of(outcome.unitsPerSecond(),
                        (double) cpu / outcome.units()));
    }
}
