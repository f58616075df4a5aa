package dev.sluice.bench.compare;

import dev.sluice.bench.load.Bulk;
import dev.sluice.bench.load.BulkReceive;
import dev.sluice.bench.load.BulkSend;
import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.peers.Task;
import java.io.IOException;
import java.util.Optional;

/** The streams of {@link BulkLoads}, but with 1 GiB per slice, however long that takes. */
final class WholeBulkLoads implements LoadType {
    private static final long GIB = 1L << 30;
    private static final long LONGEST_NANOS = 60_000_000_000L;

    @Override
    public String name() {
        return "bulk1g";
    }

    @Override
    public String help() {
        return "the same with 1 GiB in each slice, which takes some seconds";
    }

    @Override
    public Optional<ChosenLoads> parse(String name) {
        return ifNamed(name, () -> ChosenLoads.ofSpecial(echo(), receive(), send()));
    }

    private static SpecialLoad echo() {
        return BulkLoads.load("bulk1g-echo", "1 GiB to the server and back", Task.ECHO, server -> {
            Bulk bulk = new Bulk(server);
            return new Whole(bulk, () -> bulk.run(GIB, LONGEST_NANOS));
        });
    }

    private static SpecialLoad receive() {
        return BulkLoads.load("bulk1g-receive", "1 GiB to a server that only receives",
                Task.RECEIVE, server -> {
                    BulkReceive bulk = new BulkReceive(server);
                    return new Whole(bulk, () -> bulk.run(GIB, LONGEST_NANOS));
                });
    }

    private static SpecialLoad send() {
        return BulkLoads.load("bulk1g-send", "1 GiB from a server that only sends", Task.SEND,
                server -> {
                    BulkSend bulk = new BulkSend(server);
                    return new Whole(bulk, () -> bulk.runWhole(GIB));
                });
    }

    private interface Slice {
        Exchange.Outcome run() throws IOException;
    }

    /** An exchange whose slices end when all bytes have moved. */
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
