package dev.sluice.bench.compare;

import dev.sluice.bench.load.Bulk;
import dev.sluice.bench.load.BulkReceive;
import dev.sluice.bench.load.BulkSend;
import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** A stream to the server and back, one to it, and one from it, for as long as a slice lasts. */
final class BulkLoads implements LoadType {
    @Override
    public String name() {
        return "bulk";
    }

    @Override
    public String help() {
        return "a stream on one connection: to the server and back, to it, and from it";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        return ifNamed(name, () -> ChosenLoads.ofSpecial(
                load("bulk-echo", "a stream to the server and back", Task.ECHO, Bulk::new),
                load("bulk-receive", "a stream to a server that only receives",
                        Task.RECEIVE, BulkReceive::new),
                load("bulk-send", "a stream from a server that only sends", Task.SEND,
                        BulkSend::new)));
    }

    /** Connects to a server. */
    @FunctionalInterface
    interface Connector {
        Exchange connect(InetSocketAddress server) throws IOException;
    }

    static SpecialLoad load(String name, String what, Task task, Connector connector) {
        return new SpecialLoad(name, what + ", on one connection", task, check(task), 1,
                List.of(new Column(task == Task.ECHO ? "each way" : "speed", "GB/s", Better.MORE),
                        new Column("CPU", "s/GB", Better.LESS)),
                Pinning.TWO, (server, alone) -> connector.connect(server),
                (outcome, cpu) -> List.of((double) outcome.units() / outcome.elapsedNanos(),
                        (double) cpu / outcome.units()));
    }

    private static Check check(Task task) {
        return switch (task) {
            case ECHO -> Check.ofEcho(new Load(1, 16 * 1024, 16));
            case RECEIVE -> Check.ofReceive();
            case SEND -> Check.ofSend();
            case FAN_OUT, FILE, PROXY, REQUEST, TLS, UDP, UDP_BULK ->
                throw new IllegalArgumentException("a stream has no others");
        };
    }
}
