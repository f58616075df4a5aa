package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Connect;
import dev.sluice.Delay;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.PortOptions;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** More operations than the queues of the system, or the limits of the port, have places for. */
class OverflowTest extends ConformanceTest {
    /** More than the 4096 places of the largest queue; Wine answers its own server for each. */
    private static final int MANY = Needs.isLinux() ? 6000 : 600;

    private static final int PAIRS = 20;

    private List<Pairs.Pair> pairs() throws SystemCallException {
        List<Pairs.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            pairs.add(Pairs.connected(loop));
        }
        return pairs;
    }

    private void awaitAll(List<? extends Operation<?>> operations) {
        loop.until("the end of " + operations.size() + " operations",
                () -> operations.stream().noneMatch(Operation::isPending));
    }

    /** Submitted at once, answered at once: neither queue has a place for all of them. */
    @Test
    void thousandsThatBecomeReadyAtOnceAllEnd() throws Exception {
        List<Pairs.Pair> pairs = pairs();
        List<Readiness> polls = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            polls.add(loop.submit(Readiness.readable(pairs.get(i % PAIRS).server())));
        }
        loop.port().poll(0);
        assertThat(polls).allMatch(Readiness::isPending);
        MemorySegment one = Pattern.allocate(port, 1);
        for (Pairs.Pair pair : pairs) {
            loop.submit(new Send(pair.client()).buffer(one));
        }
        awaitAll(polls);
        assertThat(polls).allMatch(Readiness::isReadable);
        assertThat(loop.events().all()).extracting(Event::status).containsOnly(Status.OK);
    }

    @Test
    void thousandsThatAreCancelledAtOnceAllEnd() throws Exception {
        List<Pairs.Pair> pairs = pairs();
        List<Readiness> polls = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            polls.add(loop.submit(Readiness.readable(pairs.get(i % PAIRS).server())));
        }
        loop.port().poll(0);
        for (Readiness poll : polls) {
            assertThat(port.cancel(poll)).isTrue();
        }
        awaitAll(polls);
        assertThat(polls).extracting(Readiness::status).containsOnly(Status.CANCELLED);
        Pairs.Pair pair = pairs.getFirst();
        loop.submit(new Send(pair.client()).buffer(Pattern.allocate(port, 9)));
        assertThat(loop.run(new Receive(pair.server())).bytes()).as("still works").isEqualTo(9);
    }

    /** The port ends with all of them in flight; what that must leave is checked after each test. */
    @Test
    void thousandsInFlightEndWithThePort() throws Exception {
        List<Pairs.Pair> pairs = pairs();
        for (int i = 0; i < MANY; i++) {
            loop.submit(Readiness.readable(pairs.get(i % PAIRS).server()));
        }
        loop.port().poll(0);
        port.close();
        assertThat(loop.events().all())
                .filteredOn(event -> event.operation() instanceof Readiness)
                .hasSize(MANY)
                .extracting(Event::status).containsOnly(Status.CLOSED_LOCALLY);
    }

    /** A port with few places refuses, names the limit, and accepts again when one is free. */
    @Test
    void tinyLimitsRefuseAndLoseNothing() throws Exception {
        PortOptions tiny = PortOptions.DEFAULT.maxOperations(4).maxSockets(3).poolBuffers(2)
                .poolBufferBytes(64);
        Loop small = openLoop(tiny);
        NativeSocket listener = small.port().listen(OwnLoopback.at(0));
        Accept accept = small.submit(new Accept(listener));
        NativeSocket client = small.port().socket(SocketType.TCP4);
        small.run(new Connect(client, listener.localAddress()));
        NativeSocket server = small.await(accept).accepted();
        MemorySegment from = Pattern.allocate(small.port(), 8);
        MemorySegment to = Pattern.allocate(small.port(), 8);
        int refused = 0;
        long received = 0;
        for (int round = 0; round < MANY / 2; round++) {
            List<Operation<?>> taken = new ArrayList<>();
            Receive receive = new Receive(server).buffer(to);
            taken.add(small.submit(receive));
            taken.add(small.submit(new Send(client).buffer(from)));
            taken.add(small.submit(new Delay(Duration.ZERO)));
            taken.add(small.submit(Readiness.writable(client)));
            try {
                small.submit(new Delay(Duration.ZERO));
            } catch (LimitExceededException full) {
                assertThat(full).hasMessageContaining("maxOperations");
                refused++;
            }
            small.until("round " + round,
                    () -> taken.stream().noneMatch(Operation::isPending));
            received += receive.bytes();
        }
        assertThat(refused).isEqualTo(MANY / 2);
        assertThat(received).isEqualTo(8L * (MANY / 2));
        assertThat(small.events().all()).extracting(Event::status).containsOnly(Status.OK);
    }
}
