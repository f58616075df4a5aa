package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.peers.EchoPeer;
import dev.sluice.bench.peers.Peers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BulkLoadsTest {
    private static final long GIB = 1L << 30;

    /** A slice of them is a GiB; before it a server would move many more than its turns need. */
    @Test
    void theWarmUpOfAWholeLoadEndsWithItsTime() throws IOException {
        for (SpecialLoad load : new WholeBulkLoads().parse("bulk1g").orElseThrow().special()) {
            try (EchoPeer peer = Peers.open("nio", load.task(),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    Exchange exchange = load.opener().open(peer.address(), true)) {
                assertThat(exchange.warmUp(1).units()).as(load.name()).isBetween(0L, GIB / 4);
            }
        }
    }
}
