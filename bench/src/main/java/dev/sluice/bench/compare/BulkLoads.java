package dev.sluice.bench.compare;

import dev.sluice.bench.load.Bulk;
import dev.sluice.bench.load.BulkReceive;
import dev.sluice.bench.load.BulkSend;
import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section.Better;
import dev.sluice.bench.results.Section.Column;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** A stream to the server and back, one to it, and one from it, each on one connection. */
final class BulkLoads {
    private static final long GIB = 1L << 30;
    private static final long LONGEST_NANOS = 60_000_000_000L;

    private BulkLoads() {}

    /** As much as a slice allows. */
    static List<SpecialLoad> timed() {
        return List.of(
                load("bulk-echo", "a stream to the server and back", Task.ECHO, Bulk::new),
                load("bulk-receive", "a stream to a server that only receives", Task.RECEIVE,
                        BulkReceive::new),
                load("bulk-send", "a stream from a server that only sends", Task.SEND,
                        BulkSend::new));
    }

    /** 1 GiB a slice, however long that takes. */
    static List<SpecialLoad> whole() {
        return List.of(
                load("bulk1g-echo", "1 GiB to the server and back", Task.ECHO, server -> {
                    Bulk bulk = new Bulk(server);
                    return new Whole(bulk, () -> bulk.run(GIB, LONGEST_NANOS));
                }),
                load("bulk1g-receive", "1 GiB to a server that only receives", Task.RECEIVE,
                        server -> {
                            BulkReceive bulk = new BulkReceive(server);
                            return new Whole(bulk, () -> bulk.run(GIB, LONGEST_NANOS));
                        }),
                load("bulk1g-send", "1 GiB from a server that only sends", Task.SEND, server -> {
                    BulkSend bulk = new BulkSend(server);
                    return new Whole(bulk, () -> bulk.runWhole(GIB));
                }));
    }

    /** Connects. */
    @FunctionalInterface
    private interface Connector {
        Exchange connect(InetSocketAddress server) throws IOException;
    }

    private static SpecialLoad load(String name, String what, Task task, Connector connector) {
        return new SpecialLoad(name, what + ", on one connection", task, 1,
                List.of(new Column(task == Task.ECHO ? "each way" : "speed", "GB/s", Better.MORE),
                        new Column("CPU", "s/GB", Better.LESS)),
                Pinning.TWO, (server, alone) -> connector.connect(server),
                (outcome, cpu) -> List.of((double) outcome.units() / outcome.elapsedNanos(),
                        (double) cpu / outcome.units()));
    }

    private interface Slice {
        Exchange.Outcome run() throws IOException;
    }

    /** An exchange whose slices end when they are done. */
    private record Whole(Exchange exchange, Slice slice) implements Exchange {
        @Override
        public Outcome run(long durationNanos) throws IOException {
            return slice.run();
        }

        @Override
        public Outcome warmUp(long durationNanos) throws IOException {
            return exchange.run(durationNanos);
        }

        @Override
        public void close() throws IOException {
            exchange.close();
        }
    }
}
