package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Close;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.conformance.PlainPeer.End;
import dev.sluice.conformance.PlainPeer.Seen;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * ABORT: the peer sees a reset and no end of stream, and the local port is free at once. Each peer
 * here reads while the abort happens, since a system may forget a reset that nobody waits for.
 */
@Tag("aarch64")
class AbortTest extends ConformanceTest {
    @ParameterizedTest
    @EnumSource
    void abortShowsThePeerAResetAndNoEof(Pairs.Side side) throws Exception {
        Pairs.Mixed mixed = Pairs.mixed(loop, side);
        PlainPeer peer = closeLater(mixed.peer());
        CompletableFuture<Seen> seen = peer.readText();
        Event closed = loop.run(Close.abort(mixed.socket()));
        assertThat(closed.status()).isEqualTo(Status.OK);
        assertThat(loop.await(seen)).isEqualTo(new Seen(0, End.RESET, ""));
    }

    @ParameterizedTest
    @EnumSource
    void abortAfterTrafficBothWaysIsAResetToo(Pairs.Side side) throws Exception {
        Pairs.Mixed mixed = Pairs.mixed(loop, side);
        PlainPeer peer = closeLater(mixed.peer());
        peer.write("question");
        assertThat(loop.run(new Receive(mixed.socket())).text()).isEqualTo("question");
        loop.run(new Send(mixed.socket()).buffer(Pattern.allocate(port, 10)));
        loop.await(peer.readText(10));
        CompletableFuture<Seen> seen = peer.readText();
        loop.run(Close.abort(mixed.socket()));
        assertThat(loop.await(seen).end()).isEqualTo(End.RESET);
    }

    @ParameterizedTest
    @EnumSource
    void abortWithAReceivePendingEndsItAndResets(Pairs.Side side) throws Exception {
        Pairs.Mixed mixed = Pairs.mixed(loop, side);
        PlainPeer peer = closeLater(mixed.peer());
        CompletableFuture<Seen> seen = peer.readText();
        Receive receive = loop.submit(new Receive(mixed.socket()));
        loop.pollFor(Duration.ofMillis(20));
        Close close = loop.submit(Close.abort(mixed.socket()));
        loop.await(close);
        assertThat(loop.events().statusesOf(receive)).containsExactly(Status.CLOSED_LOCALLY);
        assertThat(loop.events().all().getLast().operation()).isSameAs(close);
        assertThat(loop.await(seen)).isEqualTo(new Seen(0, End.RESET, ""));
    }

    @Test
    void abortWithUnreadDataIsAReset() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        peer.write("nobody reads this");
        CompletableFuture<Seen> seen = peer.readText();
        loop.run(Close.abort(mixed.socket()));
        assertThat(loop.await(seen).end()).isEqualTo(End.RESET);
    }

    /** A stream that was cut must not look whole: with a shutdown queued, no EOF may slip out. */
    @Test
    void abortWithAShutdownBehindABlockedSendIsAResetAndNoEof() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, 16 * 1024);
        PlainPeer peer = closeLater(mixed.peer());
        long total = 8 << 20;
        Send send = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, total)));
        Shutdown shutdown = loop.submit(Shutdown.send(mixed.socket()));
        loop.pollFor(Duration.ofMillis(50));
        assertThat(loop.events().isAnswered(send)).as("the send waits for the reader").isFalse();
        Close close = loop.submit(Close.abort(mixed.socket()));
        loop.await(close);
        assertThat(loop.events().statusesOf(shutdown)).containsExactly(Status.CLOSED_LOCALLY);
        // Bytes had moved, so the send is a success with fewer of them.
        assertThat(loop.events().statusesOf(send)).containsExactly(Status.OK);
        assertThat(loop.events().lastOf(send).bytes()).isPositive().isLessThan(total);
        assertThat(loop.events().all().getLast().operation()).isSameAs(close);
        Needs.resetsThatPeersSee();
        Seen seen = loop.await(peer.readPattern());
        assertThat(seen.end()).isEqualTo(End.RESET);
        assertThat(seen.bytes()).isLessThan(total);
    }

    /**
     * The end of the stream that shutdown sent cannot be taken back: the peer may see it. What the
     * abort still promises is that the connection is gone at once, for both sides.
     */
    @Test
    void abortAfterShutdownEndsTheConnectionForBothSides() throws Exception {
        onOneOfThreePorts(this::abortAfterShutdown);
    }

    private void abortAfterShutdown() throws Exception {
        Pairs.Mixed mixed = Pairs.onPortOfItsOwn(loop, Pairs.Side.CONNECTED);
        PlainPeer peer = closeLater(mixed.peer());
        TcpTable.Ends ends = TcpTable.Ends.of(mixed.socket());
        assertThat(loop.run(Shutdown.send(mixed.socket())).status()).isEqualTo(Status.OK);
        assertThat(loop.await(peer.readText()).end()).isEqualTo(End.EOF);
        assertThat(loop.run(Close.abort(mixed.socket())).status()).isEqualTo(Status.OK);
        assertThat(loop.await(peer.writeUntilRefused())).as("the peer's writes fail").isTrue();
        assertNothingIsLeftOf(ends);
    }

    @Test
    void theOtherSluiceSeesAResetAgainAndAgain() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive pending = loop.submit(new Receive(pair.server()));
        loop.pollFor(Duration.ofMillis(20));
        loop.run(Close.abort(pair.client()));
        assertThat(loop.await(pending).status()).isEqualTo(Status.RESET);
        assertThat(loop.run(pending).status()).isEqualTo(Status.RESET);
        assertThat(loop.run(pending).status()).isEqualTo(Status.RESET);
        Send send = new Send(pair.server()).buffer(Pattern.allocate(port, 10));
        assertThat(loop.run(send).status()).isIn(Status.RESET, Status.BROKEN_PIPE);
    }

    @ParameterizedTest
    @EnumSource
    void thePortCanBeBoundAgainAtOnce(Pairs.Side side) throws Exception {
        onOneOfThreePorts(() -> bindAgainAfterAbort(side));
    }

    private void bindAgainAfterAbort(Pairs.Side side) throws Exception {
        Pairs.Mixed mixed = Pairs.onPortOfItsOwn(loop, side);
        PlainPeer peer = closeLater(mixed.peer());
        TcpTable.Ends ends = TcpTable.Ends.of(mixed.socket());
        CompletableFuture<Seen> seen = peer.readText();
        loop.run(Close.abort(mixed.socket()));
        assertNothingIsLeftOf(ends);
        loop.await(seen);
        assertNothingIsLeftOf(ends);
    }

    /** What the check above is worth: after an orderly end of ours the kernel does keep the port. */
    @Test
    void afterAnOrderlyEndThePortIsInTimeWait() throws Exception {
        Needs.linux("/proc/net/tcp shows TIME_WAIT");
        Pairs.Mixed mixed = Pairs.onPortOfItsOwn(loop, Pairs.Side.CONNECTED);
        TcpTable.Ends ends = TcpTable.Ends.of(mixed.socket());
        loop.run(Shutdown.send(mixed.socket()));
        loop.await(mixed.peer().readText());
        mixed.peer().close();
        loop.run(Close.immediate(mixed.socket()));
        loop.until("TIME_WAIT",
                () -> TcpTable.statesOf(ends).contains(TcpTable.State.TIME_WAIT));
    }

    @Test
    void abortOfASocketThatWasNeverConnectedIsAClose() throws Exception {
        for (SocketType type : new SocketType[]{SocketType.TCP4, SocketType.UDP4}) {
            NativeSocket socket = port.socket(type);
            assertThat(loop.run(Close.abort(socket)).status()).isEqualTo(Status.OK);
            assertThat(socket.state()).isEqualTo(NativeSocket.State.CLOSED);
        }
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        assertThat(loop.run(Close.abort(listener)).status()).isEqualTo(Status.OK);
    }

    @Test
    void abortOfAListenerResetsThoseThatWereNotAccepted() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        PlainPeer peer = closeLater(PlainPeer.connect(listener.localAddress()));
        CompletableFuture<Seen> seen = peer.readText();
        loop.run(Close.abort(listener));
        assertThat(loop.await(seen).end()).isEqualTo(End.RESET);
    }

    /** A program that listens at every address may have been given the port meanwhile. */
    private static void onOneOfThreePorts(Scenario scenario) throws Exception {
        for (int tries = 2; tries > 0; tries--) {
            try {
                scenario.run();
                return;
            } catch (PortInUse taken) {
                System.out.println("once more, on another port: " + taken.getMessage());
            }
        }
        scenario.run();
    }

    @FunctionalInterface
    private interface Scenario {
        void run() throws Exception;
    }

    /** Something is at the port, of ours or of another process. */
    private static final class PortInUse extends AssertionError {
        private static final long serialVersionUID = 1;

        PortInUse(String message) {
            super(message);
        }
    }

    private void assertNothingIsLeftOf(TcpTable.Ends ends) throws Exception {
        if (TcpTable.isThere()) {
            assertThat(TcpTable.statesOf(ends)).isEmpty();
        }
        // Without REUSEADDR, which would let it bind beside a TIME_WAIT.
        NativeSocket next = port.socket(SocketType.TCP4);
        try {
            next.bind(ends.local());
        } catch (SystemCallException refused) {
            assertThat(refused.status()).isEqualTo(Status.ADDRESS_IN_USE);
            throw new PortInUse(String.valueOf(refused.getMessage()));
        }
        assertThat(loop.run(Close.immediate(next)).status()).isEqualTo(Status.OK);
    }
}
