package dev.sluice.bench.compare;

import dev.sluice.bench.load.DatagramBulk;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Many datagrams of a packet's size for each request, which servers send in one call if they can. */
final class UdpBulkLoad implements LoadType {
    private static final String NAME = "udp-bulk";
    private static final int SOCKETS = 8;
    private static final int CHECKED_ROUNDS = 20;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String help() {
        return "many datagrams of 1,200 bytes for each request, in segments where a server can";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        return ifNamed(name, () -> ChosenLoads.ofSpecial(load()));
    }

    static SpecialLoad load() {
        return new SpecialLoad(NAME, String.format(Locale.ROOT,
                "%d datagrams of %,d bytes for each request, on %d sockets",
                DatagramBulk.DATAGRAMS, DatagramBulk.DATAGRAM_BYTES, SOCKETS),
                Task.UDP_BULK, List.of("--sockets", Integer.toString(SOCKETS)),
                Check.ofDatagramBulk(SOCKETS, CHECKED_ROUNDS), SOCKETS,
                List.of(new Column("datagrams", "1/s", Better.MORE),
                        new Column("CPU", "ns/datagram", Better.LESS)),
                Pinning.ONE, (server, alone) -> new DatagramBulk(server, SOCKETS),
                (outcome, cpu) -> List.of(outcome.unitsPerSecond(),
                        (double) cpu / outcome.units()));
    }
}
