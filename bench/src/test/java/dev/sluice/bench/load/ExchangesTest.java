package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sluice.bench.load.Exchange.Outcome;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExchangesTest {
    private static final long MILLI = 1_000_000;

    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();

    private void echo(InputStream in, OutputStream out) throws IOException {
        connections.incrementAndGet();
        in.transferTo(out);
        ends.incrementAndGet();
    }

    @ParameterizedTest
    @EnumSource
    void churnMakesAConnectionForEveryMessage(Churn.Ending ending) throws IOException {
        try (TestServer server = new TestServer(this::echo);
                Churn churn = new Churn(server.address(), ending)) {
            Outcome outcome = churn.run(50 * MILLI);
            assertThat(outcome.units()).isPositive();
            assertThat(outcome.elapsedNanos()).isGreaterThanOrEqualTo(50 * MILLI);
            assertThat(connections.get()).isEqualTo(Math.toIntExact(outcome.units()));
            if (ending == Churn.Ending.HALF_CLOSE) {
                assertThat(ends.get()).as("streams that the server saw end")
                        .isBetween(connections.get() - 1, connections.get());
            }
        }
    }

    @Test
    void aResetIsNoEndOfStream() throws IOException {
        try (TestServer server = new TestServer(this::echo);
                Churn churn = new Churn(server.address(), Churn.Ending.ABORT)) {
            churn.run(20 * MILLI);
            assertThat(ends.get()).isZero();
        }
    }

    @Test
    void bulkBringsBackAllThatItSent() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        try (TestServer server = new TestServer((in, out) -> {
            byte[] bytes = new byte[8192];
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                seen.addAndGet(n);
                out.write(bytes, 0, n);
            }
        }); Bulk bulk = new Bulk(server.address())) {
            assertThat(bulk.run(10 << 20, 60_000 * MILLI).units()).isEqualTo(10 << 20);
            assertThat(seen).hasValue(10 << 20);
            long more = bulk.run(30 * MILLI).units();
            assertThat(more).isPositive();
            assertThat(seen.get() - (10L << 20)).isEqualTo(more);
        }
    }

    @Test
    void aServerThatOnlyReceivesHasReceivedAllWhenTheRunEnds() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        try (TestServer server = new TestServer((in, out) -> {
            byte[] bytes = new byte[8192];
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                seen.addAndGet(n);
            }
        }); BulkReceive bulk = new BulkReceive(server.address())) {
            assertThat(bulk.run(10_000_001, 60_000 * MILLI).units()).isEqualTo(10_000_001);
            assertThat(seen).hasValue(10_000_001);
            long more = bulk.run(30 * MILLI).units();
            assertThat(seen.get() - 10_000_001L).isEqualTo(more).isPositive();
        }
    }

    @Test
    void aServerThatOnlySendsGetsTheNumberOfBytes() throws IOException {
        try (TestServer server = new TestServer((in, out) -> {
            DataInputStream numbers = new DataInputStream(in);
            out.write(new byte[Math.toIntExact(numbers.readLong())]);
            out.write(new byte[Math.toIntExact(numbers.readLong())]);
        }); BulkSend bulk = new BulkSend(server.address())) {
            assertThat(bulk.runWhole(1_000_001).units()).isEqualTo(1_000_001);
            assertThat(bulk.run(0).units()).isEqualTo(64 << 20);
        }
    }

    @Test
    void aServerThatSendsMoreThanItWasAskedForIsReported() throws IOException {
        try (TestServer server = new TestServer((in, out) -> {
            long asked = new DataInputStream(in).readLong();
            out.write(new byte[Math.toIntExact(asked) + 1]);
        }); BulkSend bulk = new BulkSend(server.address())) {
            assertThatIOException().isThrownBy(() -> {
                bulk.runWhole(5);
                bulk.runWhole(0); // the byte too many may come late
            });
        }
    }

    /** Sends to all that have connected so far what one of them sent. */
    private static TestServer.Behaviour fanOut(int copies, boolean alsoBack) {
        Set<OutputStream> members = ConcurrentHashMap.newKeySet();
        return (in, out) -> {
            members.add(out);
            byte[] bytes = new byte[64];
            while (in.readNBytes(bytes, 0, 64) == 64) {
                for (OutputStream member : members) {
                    for (int i = 0; i < copies && (alsoBack || !member.equals(out)); i++) {
                        member.write(bytes);
                    }
                }
            }
        };
    }

    @Test
    void fanOutCountsDeliveries() throws IOException {
        try (TestServer server = new TestServer(fanOut(1, false));
                FanOut load = new FanOut(server.address(), 10)) {
            Outcome outcome = load.run(20 * MILLI);
            assertThat(outcome.units()).isPositive();
            assertThat(outcome.units() % 10).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"2, false", "1, true"})
    void aMessageThatComesTwiceOrBackIsReported(int copies, boolean alsoBack) throws IOException {
        try (TestServer server = new TestServer(fanOut(copies, alsoBack))) {
            assertThatIOException().isThrownBy(() -> {
                try (FanOut load = new FanOut(server.address(), 10)) {
                    load.run(60_000 * MILLI); // ends at the first failure
                }
            }).withMessageContaining("was the last");
        }
    }

    @Test
    void mixedSizesCountMessagesAndBytes() throws IOException {
        try (TestServer server = new TestServer(this::echo);
                MixedSizes mixed = new MixedSizes(server.address(), 1)) {
            Outcome outcome = mixed.run(50 * MILLI);
            assertThat(outcome.units()).isGreaterThanOrEqualTo(64);
            double bytes = outcome.figures().getFirst() * outcome.elapsedNanos() / 1e3;
            assertThat(bytes / outcome.units()).isBetween(64.0, 16384.0);
        }
        assertThat(connections).hasValue(64);
    }

    @Test
    void aFixedRateSendsWhatIsDueAndNoMore() throws IOException {
        try (TestServer server = new TestServer(this::echo);
                FixedRate rate = new FixedRate(server.address(), 1000, false)) {
            Outcome outcome = rate.run(200 * MILLI);
            assertThat(outcome.units()).isEqualTo(200);
            assertThat(outcome.figures()).hasSize(4).isSorted();
        }
    }

    /** A server that stops for a while is charged with every message that was due meanwhile. */
    @Test
    void aPauseOfTheServerIsInTheLatencyOfAllThatWasDue() throws IOException {
        try (TestServer server = new TestServer((in, out) -> {
            byte[] bytes = new byte[1 << 16];
            int first = in.read(bytes);
            long until = System.nanoTime() + 300 * MILLI;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            out.write(bytes, 0, first);
            in.transferTo(out);
        }); FixedRate rate = new FixedRate(server.address(), 1000, false)) {
            Outcome outcome = rate.run(400 * MILLI);
            assertThat(outcome.units()).isEqualTo(400);
            assertThat(outcome.figures().getFirst()).as("p50 in microseconds")
                    .isGreaterThan(50_000);
        }
    }

    @Test
    void aServerThatClosesIsReported() throws IOException {
        try (TestServer server = new TestServer((in, out) -> in.read());
                Bulk bulk = new Bulk(server.address())) {
            assertThatIOException().isThrownBy(() -> bulk.run(1 << 20, 10_000 * MILLI));
        }
    }
}
