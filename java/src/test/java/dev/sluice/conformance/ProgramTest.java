package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random programs for the two ends of a connection, each on a port of its own, the other one of any
 * backend. {@link ProgramModel} says what each may have seen.
 *
 * <p>A failure names its seed: {@code -Dsluice.test.seed=<seed>} runs that program alone, and
 * {@code -Dsluice.test.programs=<number>} more of them.
 */
class ProgramTest extends ConformanceTest {
    private static final int PROGRAMS = Integer.getInteger("sluice.test.programs", 100);
    private static final int MOST_STEPS = 40;
    private static final int NARROW = 8192;

    @Test
    void bothEndsSeeWhatTcpAllows() throws Exception {
        Needs.resetsThatAreKept();
        Long seed = Long.getLong("sluice.test.seed");
        if (seed != null) {
            run(seed);
            return;
        }
        for (int i = 0; i < PROGRAMS; i++) {
            run(i);
        }
    }

    private void run(long seed) throws Exception {
        List<String> trace = new ArrayList<>();
        try {
            runProgram(new Random(seed), trace);
        } catch (AssertionError | RuntimeException failure) {
            throw new AssertionError(
                    "program with the seed " + seed + " (-Dsluice.test.seed): " + trace, failure);
        }
    }

    private void runProgram(Random random, List<String> trace) throws Exception {
        List<Backend> backends = BackendsUnderTest.all();
        Backend other = backends.get(random.nextInt(backends.size()));
        PortOptions small = PortOptions.DEFAULT.maxOperations(64).maxSockets(8).poolBuffers(32)
                .poolBufferBytes(4096);
        try (CompletionPort first = CompletionPort.open(small.backend(backend));
                CompletionPort second = CompletionPort.open(small.backend(other))) {
            trace.add(backend + " and " + other);
            Loop left = new Loop(first);
            Loop right = new Loop(second);
            Pairs.Pair pair = connect(left, right, random.nextBoolean());
            ProgramPeer one = new ProgramPeer("A", left, pair.client(), random);
            ProgramPeer two = new ProgramPeer("B", right, pair.server(), random);
            List<ProgramPeer> peers = List.of(one, two);
            for (int step = random.nextInt(MOST_STEPS); step >= 0; step--) {
                trace.add(peers.get(random.nextInt(2)).act());
                if (random.nextInt(4) == 0) {
                    first.poll(random.nextInt(300_000));
                    second.poll(random.nextInt(300_000));
                }
            }
            finish(peers, random, trace);
            trace.add("A saw " + left.events().all());
            trace.add("B saw " + right.events().all());
            ProgramModel.check(one, two);
            left.port().close();
            right.port().close();
            left.events().verify();
            right.events().verify();
        }
    }

    private static Pairs.Pair connect(Loop left, Loop right, boolean narrow)
            throws SystemCallException {
        NativeSocket listener = right.port().listen(OwnLoopback.at(0));
        NativeSocket client = left.port().socket(SocketType.TCP4);
        if (narrow) {
            for (NativeSocket socket : List.of(listener, client)) {
                socket.set(SockOpt.RCVBUF, NARROW).set(SockOpt.SNDBUF, NARROW);
            }
        }
        Accept accept = right.submit(new Accept(listener));
        Connect connect = new Connect(client, listener.localAddress());
        assertThat(left.run(connect).status()).isEqualTo(Status.OK);
        NativeSocket server = right.await(accept).accepted();
        right.run(Close.immediate(listener));
        return new Pairs.Pair(client, server);
    }

    /** One of them closes; the other receives until it sees an end, and closes too. */
    private static void finish(List<ProgramPeer> peers, Random random, List<String> trace) {
        ProgramPeer first = peers.get(random.nextInt(2));
        if (first.close == null) {
            trace.add(first.name + " closes in the end " + first.close());
        }
        long endNanos = System.nanoTime() + Loop.LIMIT.toNanos();
        while (!peers.stream().allMatch(ProgramPeer::isDone)) {
            for (ProgramPeer peer : peers) {
                peer.receiveOn();
                if (peer.close == null && peer.hasSeenTheEnd()) {
                    trace.add(peer.name + " saw the end and closes " + peer.close());
                }
                peer.loop.port().poll(Duration.ofNanos(200_000));
            }
            if (System.nanoTime() - endNanos > 0) {
                throw new AssertionError("no end is seen: " + peers.get(0).loop.events().all()
                        + " and " + peers.get(1).loop.events().all());
            }
        }
    }
}
