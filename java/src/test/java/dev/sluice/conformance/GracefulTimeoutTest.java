package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Close;
import dev.sluice.Readiness;
import dev.sluice.Send;
import dev.sluice.Status;
import dev.sluice.conformance.PlainPeer.End;
import dev.sluice.conformance.PlainPeer.Seen;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * GRACEFUL with a peer that does not play along. It ends all the same, and a stream that was cut is
 * seen as a reset, never as whole.
 */
@Tag("aarch64")
class GracefulTimeoutTest extends ConformanceTest {
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int NARROW = 16 * 1024;
    private static final long MUCH = 8 << 20;

    @Test
    void aPeerThatNeverClosesIsLeftAtTheTimeout() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, 1000)));
        long beforeNanos = System.nanoTime();
        Close close = loop.submit(Close.graceful(mixed.socket(), SHORT));
        assertThat(loop.await(peer.readPattern())).isEqualTo(new Seen(1000, End.EOF, ""));
        Event closed = loop.await(close);
        assertThat(closed.status()).isEqualTo(Status.DEADLINE);
        assertThat(closed.atNanos() - beforeNanos).isGreaterThanOrEqualTo(SHORT.toNanos());
        assertThat(close.failure().getMessage()).contains("close", "DEADLINE");
    }

    @Test
    void aPeerThatNeverStopsSendingIsLeftAtTheTimeout() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        CompletableFuture<Boolean> refused = peer.writeUntilRefused();
        loop.run(Readiness.readable(mixed.socket()));
        Close close = loop.submit(Close.graceful(mixed.socket(), SHORT));
        assertThat(loop.await(close).status()).isEqualTo(Status.DEADLINE);
        assertThat(close.discardedBytes()).isPositive();
        assertThat(loop.await(refused)).as("the peer learns that nobody reads").isTrue();
    }

    @Test
    void aPeerThatDoesNotReadIsResetAtTheTimeout() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        Send send = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        long beforeNanos = System.nanoTime();
        Close close = loop.submit(Close.graceful(mixed.socket(), SHORT));
        Event closed = loop.await(close);
        assertThat(closed.status()).isEqualTo(Status.DEADLINE);
        assertThat(closed.atNanos() - beforeNanos).isGreaterThanOrEqualTo(SHORT.toNanos());
        assertThat(loop.events().lastOf(send).bytes()).isLessThan(MUCH);
        Needs.resetsThatPeersSee();
        Seen seen = loop.await(peer.readPattern());
        assertThat(seen.end()).as("a cut stream").isEqualTo(End.RESET);
        assertThat(seen.bytes()).isLessThan(MUCH);
    }

    /** The kernel took everything in time, and still delivers it after our end. */
    @Test
    void whatTheSystemTookBeforeTheTimeoutStillArrives() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        Event sent = loop.run(new Send(mixed.socket()).buffer(Pattern.allocate(port, 200_000)));
        assertThat(sent.bytes()).isEqualTo(200_000);
        assertThat(loop.run(Close.graceful(mixed.socket(), SHORT)).status())
                .isEqualTo(Status.DEADLINE);
        assertThat(loop.await(peer.readPattern())).isEqualTo(new Seen(200_000, End.EOF, ""));
    }

    @Test
    void aPeerThatResetsEndsItWithReset() throws Exception {
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        Close close = loop.submit(Close.graceful(mixed.socket(), LONG));
        loop.await(mixed.peer().readText());
        mixed.peer().reset();
        assertThat(loop.await(close).status()).isEqualTo(Status.RESET);
    }

    @Test
    void aPeerThatResetsWhileSendsWaitEndsItWithReset() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowResetting(loop, NARROW);
        Send send = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        Send behind = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, 10)));
        Close close = loop.submit(Close.graceful(mixed.socket(), LONG));
        loop.pollFor(Duration.ofMillis(50));
        mixed.peer().reset();
        assertThat(loop.await(close).status()).isIn(Status.RESET, Status.BROKEN_PIPE);
        assertThat(loop.events().statusesOf(send)).hasSize(1);
        assertThat(loop.events().lastOf(send).bytes()).isLessThan(MUCH);
        assertThat(loop.events().lastOf(behind).status()).isNotEqualTo(Status.OK);
        assertThat(loop.events().all().getLast().operation()).isSameAs(close);
    }

    @Test
    void aPeerThatWasResetBeforeIsNoCleanEnd() throws Exception {
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        mixed.peer().reset();
        loop.pollFor(Duration.ofMillis(50));
        Needs.resetsThatAreKept();
        assertThat(loop.run(Close.graceful(mixed.socket(), LONG)).status())
                .isEqualTo(Status.RESET);
    }

    // ---- cut short by ourselves --------------------------------------------------------------

    @Test
    void cancellingItWhileSendsWaitAborts() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        TcpTable.Ends ends = TcpTable.Ends.of(mixed.socket());
        loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        Close close = loop.submit(Close.graceful(mixed.socket(), LONG));
        loop.pollFor(Duration.ofMillis(50));
        assertThat(port.cancel(close)).isTrue();
        assertThat(loop.await(close).status()).isEqualTo(Status.CANCELLED);
        Needs.resetsThatPeersSee();
        assertThat(loop.await(peer.readPattern()).end()).isEqualTo(End.RESET);
        if (TcpTable.isThere()) {
            assertThat(TcpTable.statesOf(ends)).isEmpty();
        }
    }

    /** The end of the stream is out by then; what the abort leaves out is TIME_WAIT and the wait. */
    @Test
    void cancellingItWhileThePeerHesitatesAborts() throws Exception {
        Pairs.Mixed mixed = Pairs.onPortOfItsOwn(loop, Pairs.Side.CONNECTED);
        PlainPeer peer = closeLater(mixed.peer());
        TcpTable.Ends ends = TcpTable.Ends.of(mixed.socket());
        Close close = loop.submit(Close.graceful(mixed.socket(), LONG));
        assertThat(loop.await(peer.readText()).end()).isEqualTo(End.EOF);
        assertThat(port.cancel(close)).isTrue();
        assertThat(loop.await(close).status()).isEqualTo(Status.CANCELLED);
        assertThat(loop.await(peer.writeUntilRefused())).isTrue();
        if (TcpTable.isThere()) {
            assertThat(TcpTable.statesOf(ends)).isEmpty();
        }
    }

    /** The send's own deadline cuts the stream as well: not to be mistaken for its end. */
    @Test
    void aSendThatRunsOutOfTimeMeanwhileMakesItAReset() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        Send send = new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)).timeout(SHORT);
        loop.submit(send);
        Close close = loop.submit(Close.graceful(mixed.socket(), LONG));
        Event closed = loop.await(close);
        assertThat(loop.events().lastOf(send).bytes()).isLessThan(MUCH);
        assertThat(closed.status()).isEqualTo(Status.DEADLINE);
        Needs.resetsThatPeersSee();
        Seen seen = loop.await(peer.readPattern());
        assertThat(seen.end()).as("a cut stream").isEqualTo(End.RESET);
    }

    @Test
    void aSendThatIsCancelledMeanwhileMakesItAReset() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        Send send = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        Send behind = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, 10)));
        Close close = loop.submit(Close.graceful(mixed.socket(), LONG));
        loop.pollFor(Duration.ofMillis(50));
        port.cancel(send);
        Event closed = loop.await(close);
        assertThat(loop.events().lastOf(send).bytes()).isLessThan(MUCH);
        assertThat(closed.status()).isEqualTo(Status.CANCELLED);
        assertThat(loop.events().lastOf(behind).status()).isEqualTo(Status.CLOSED_LOCALLY);
        Needs.resetsThatPeersSee();
        assertThat(loop.await(peer.readPattern()).end()).isEqualTo(End.RESET);
    }

    @Test
    void theDeadlineOfACloseCanBeMoved() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        closeLater(mixed.peer());
        Close close = loop.submit(Close.graceful(mixed.socket(), LONG));
        loop.pollFor(Duration.ofMillis(20));
        port.moveDeadline(close, System.nanoTime());
        assertThat(loop.await(close).status()).isEqualTo(Status.DEADLINE);
    }
}
