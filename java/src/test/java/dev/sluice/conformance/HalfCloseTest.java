package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Close;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import dev.sluice.conformance.PlainPeer.End;
import dev.sluice.conformance.PlainPeer.Seen;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One side has ended its stream and the other continues. */
@Tag("aarch64")
class HalfCloseTest extends ConformanceTest {
    private static final int QUESTION = 1 << 20;

    @ParameterizedTest
    @EnumSource
    void queuedDataArrivesThenEofAndTheAnswerStillComesBack(Pairs.Side side) throws Exception {
        Pairs.Mixed mixed = Pairs.mixed(loop, side);
        PlainPeer peer = closeLater(mixed.peer());
        loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, QUESTION)));
        Shutdown shutdown = loop.submit(Shutdown.send(mixed.socket()));
        assertThat(loop.await(peer.readPattern())).isEqualTo(new Seen(QUESTION, End.EOF, ""));
        assertThat(loop.await(shutdown).status()).isEqualTo(Status.OK);
        peer.write("answer");
        Receive receive = new Receive(mixed.socket());
        assertThat(loop.run(receive).text()).isEqualTo("answer");
        peer.close();
        assertThat(loop.run(receive).status()).isEqualTo(Status.EOF);
    }

    @Test
    void betweenTwoSluiceSocketsToo() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        loop.submit(new Send(pair.client()).buffer(Pattern.allocate(port, QUESTION)));
        loop.submit(Shutdown.send(pair.client()));
        Receive question = new Receive(pair.server());
        long received = 0;
        Event event = loop.run(question);
        while (event.status() == Status.OK) {
            Pattern.check(event.data(), received);
            received += event.bytes();
            event = loop.run(question);
        }
        assertThat(event.status()).isEqualTo(Status.EOF);
        assertThat(received).isEqualTo(QUESTION);
        loop.run(new Send(pair.server()).buffer(Pattern.allocate(port, 100)));
        Receive answer = new Receive(pair.client());
        assertThat(loop.run(answer).bytes()).isEqualTo(100);
        loop.run(Shutdown.send(pair.server()));
        assertThat(loop.run(answer).status()).isEqualTo(Status.EOF);
    }

    /** A peer that has ended its side but reads: what is sent to it must all arrive. */
    @Test
    void sendingContinuesAfterThePeerEndedItsSide() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, 16 * 1024);
        PlainPeer peer = closeLater(mixed.peer());
        long total = 4 << 20;
        Send send = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, total)));
        Receive receive = loop.submit(new Receive(mixed.socket()));
        loop.pollFor(Duration.ofMillis(20));
        peer.shutdownSend();
        assertThat(loop.await(receive).status()).isEqualTo(Status.EOF);
        CompletableFuture<Seen> seen = peer.readPattern();
        assertThat(loop.await(send).bytes()).isEqualTo(total);
        loop.submit(Shutdown.send(mixed.socket()));
        assertThat(loop.await(seen)).isEqualTo(new Seen(total, End.EOF, ""));
    }

    /** The kernel may report the last bytes and the end in one event (netty 4317). */
    @Test
    void dataThatCameTogetherWithTheEndIsNotLost() throws Exception {
        for (int round = 0; round < 50; round++) {
            Pairs.Mixed mixed = Pairs.accepted(loop);
            MemorySegment small = port.allocate(64).segment();
            Receive receive = new Receive(mixed.socket()).buffer(small);
            boolean waitsBefore = round % 2 == 0;
            if (waitsBefore) {
                loop.submit(receive);
            }
            long sent = loop.await(mixed.peer().writePattern(1000));
            mixed.peer().close();
            long received = 0;
            Event event = waitsBefore ? loop.await(receive) : loop.run(receive);
            while (event.status() == Status.OK) {
                Pattern.check(small.asSlice(0, event.bytes()), received);
                received += event.bytes();
                event = loop.run(receive);
            }
            assertThat(event.status()).isEqualTo(Status.EOF);
            assertThat(received).isEqualTo(sent);
            loop.run(Close.immediate(mixed.socket()));
        }
    }

    @Test
    void exactlyOneEofWhenAHalfClosedPeerThenCloses() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = mixed.peer();
        Receive receive = loop.submit(new Receive(mixed.socket()).multishot());
        peer.write("last words");
        peer.shutdownSend();
        loop.await(receive);
        assertThat(loop.events().lastOf(receive).status()).isEqualTo(Status.EOF);
        peer.close();
        assertThat(loop.pollFor(Duration.ofMillis(100))).as("events after the EOF").isZero();
        assertThat(loop.events().statusesOf(receive)).containsOnlyOnce(Status.EOF);
    }

    @Test
    void aHangupIsReportedOnceForEachPoll() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = mixed.peer();
        Readiness poll = loop.submit(Readiness.hangup(mixed.socket()));
        peer.write("unread");
        assertThat(loop.pollFor(Duration.ofMillis(50))).as("data is no hang-up").isZero();
        peer.shutdownSend();
        assertThat(loop.await(poll).status()).isEqualTo(Status.OK);
        assertThat(poll.isHangup()).isTrue();
        peer.close();
        assertThat(loop.pollFor(Duration.ofMillis(50))).isZero();
        assertThat(loop.run(poll).status()).isEqualTo(Status.OK);
        assertThat(loop.run(new Receive(mixed.socket())).text()).isEqualTo("unread");
    }
}
