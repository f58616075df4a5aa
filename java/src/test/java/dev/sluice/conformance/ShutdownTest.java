package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.Close;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SendVectored;
import dev.sluice.Shutdown;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.conformance.PlainPeer.End;
import dev.sluice.conformance.PlainPeer.Seen;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Shutdown of one direction or both, as an operation of its own. */
@Tag("aarch64")
class ShutdownTest extends ConformanceTest {
    private static final int NARROW = 16 * 1024;
    private static final long MUCH = 4 << 20;

    @Test
    void shutdownWaitsForQueuedSends() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        Send send = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        Shutdown shutdown = loop.submit(Shutdown.send(mixed.socket()));
        loop.pollFor(Duration.ofMillis(50));
        assertThat(loop.events().of(send)).as("the reader has not begun").isEmpty();
        assertThat(loop.events().of(shutdown)).isEmpty();
        CompletableFuture<Seen> seen = peer.readPattern();
        assertThat(loop.await(shutdown).status()).isEqualTo(Status.OK);
        assertThat(loop.await(send).bytes()).isEqualTo(MUCH);
        assertThat(loop.events().all()).extracting(Event::operation)
                .containsSubsequence(send, shutdown);
        assertThat(loop.await(seen)).isEqualTo(new Seen(MUCH, End.EOF, ""));
    }

    @Test
    void aSendAfterShutdownFailsWithBrokenPipe() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        loop.run(Shutdown.send(mixed.socket()));
        Send send = new Send(mixed.socket()).buffer(Pattern.allocate(port, 10));
        assertThat(loop.run(send).status()).isEqualTo(Status.BROKEN_PIPE);
        assertThat(loop.run(send).status()).isEqualTo(Status.BROKEN_PIPE);
        SendVectored vectored = new SendVectored(mixed.socket(), 2);
        vectored.add(Pattern.allocate(port, 10)).add(Pattern.allocate(port, 10));
        assertThat(loop.run(vectored).status()).isEqualTo(Status.BROKEN_PIPE);
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> mixed.socket().trySend(Pattern.allocate(port, 10)))
                .satisfies(e -> assertThat(e.status()).isEqualTo(Status.BROKEN_PIPE));
        assertThat(loop.await(peer.readText())).isEqualTo(new Seen(0, End.EOF, ""));
        peer.write("still heard");
        assertThat(loop.run(new Receive(mixed.socket())).text()).isEqualTo("still heard");
    }

    /** In the queue behind a shutdown, a send must fail too, and must not slip in before it. */
    @Test
    void aSendQueuedBehindAShutdownFails() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        loop.submit(Shutdown.send(mixed.socket()));
        Send late = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, 10)));
        assertThat(loop.await(peer.readPattern())).isEqualTo(new Seen(MUCH, End.EOF, ""));
        assertThat(loop.await(late).status()).isEqualTo(Status.BROKEN_PIPE);
    }

    @Test
    void aSecondShutdownSucceedsAndDoesNothing() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        Shutdown first = loop.submit(Shutdown.send(mixed.socket()));
        Shutdown second = loop.submit(Shutdown.send(mixed.socket()));
        assertThat(loop.await(first).status()).isEqualTo(Status.OK);
        assertThat(loop.await(second).status()).isEqualTo(Status.OK);
        assertThat(loop.await(peer.readText()).end()).isEqualTo(End.EOF);
        assertThat(loop.run(first).status()).isEqualTo(Status.OK);
        // Both is the sending side again, and the receiving side for the first time.
        assertThat(loop.run(Shutdown.both(mixed.socket())).status()).isEqualTo(Status.OK);
        assertThat(loop.run(new Receive(mixed.socket())).status()).isEqualTo(Status.EOF);
    }

    @Test
    void aSecondShutdownSucceedsAfterThePeerClosedToo() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        loop.run(Shutdown.send(mixed.socket()));
        mixed.peer().close();
        assertThat(loop.run(new Receive(mixed.socket())).status()).isEqualTo(Status.EOF);
        assertThat(loop.run(Shutdown.send(mixed.socket())).status()).isEqualTo(Status.OK);
    }

    @Test
    void shutdownOfWhatIsNotConnectedFailsWithThatStatus() throws Exception {
        NativeSocket fresh = port.socket(SocketType.TCP4);
        assertThat(loop.run(Shutdown.send(fresh)).status()).isEqualTo(Status.NOT_CONNECTED);
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        assertThat(loop.run(Shutdown.both(listener)).status()).isEqualTo(Status.NOT_CONNECTED);
        // The listener is none the worse for it.
        assertThat(Pairs.connect(loop, listener).server().isOpen()).isTrue();
    }

    @Test
    void aCancelledShutdownLeavesTheSendingSideOpen() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        Shutdown shutdown = loop.submit(Shutdown.send(mixed.socket()));
        assertThat(port.cancel(shutdown)).isTrue();
        assertThat(loop.await(shutdown).status()).isEqualTo(Status.CANCELLED);
        CompletableFuture<Seen> seen = peer.readPattern();
        Send more = new Send(mixed.socket());
        MemorySegment tail = port.allocate(10).segment();
        Pattern.fill(tail, MUCH);
        assertThat(loop.run(more.buffer(tail)).status()).isEqualTo(Status.OK);
        loop.run(Shutdown.send(mixed.socket()));
        assertThat(loop.await(seen)).isEqualTo(new Seen(MUCH + 10, End.EOF, ""));
    }

    @Test
    void aShutdownCanRunOutOfTimeBehindASend() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        Send send = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        Shutdown shutdown = Shutdown.send(mixed.socket()).timeout(Duration.ofMillis(30));
        assertThat(loop.run(shutdown).status()).isEqualTo(Status.DEADLINE);
        CompletableFuture<Seen> seen = peer.readPattern();
        assertThat(loop.await(send).bytes()).isEqualTo(MUCH);
        loop.run(Close.immediate(mixed.socket()));
        assertThat(loop.await(seen)).isEqualTo(new Seen(MUCH, End.EOF, ""));
    }

    // ---- the receiving side ------------------------------------------------------------------

    @Test
    void aReceiveAfterShutdownOfTheReceivingSideIsEofAgainAndAgain() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        assertThat(loop.run(Shutdown.receive(mixed.socket())).status()).isEqualTo(Status.OK);
        Receive receive = new Receive(mixed.socket());
        assertThat(loop.run(receive).status()).isEqualTo(Status.EOF);
        peer.write("too late");
        loop.pollFor(Duration.ofMillis(20));
        assertThat(loop.run(receive).status()).isEqualTo(Status.EOF);
        assertThat(loop.run(receive.multishot()).status()).isEqualTo(Status.EOF);
    }

    @Test
    void shutdownOfTheReceivingSideEndsPendingReceives() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        closeLater(mixed.peer());
        Receive first = loop.submit(new Receive(mixed.socket()));
        Receive second = loop.submit(new Receive(mixed.socket()).multishot());
        loop.pollFor(Duration.ofMillis(20));
        assertThat(loop.run(Shutdown.receive(mixed.socket())).status()).isEqualTo(Status.OK);
        assertThat(loop.await(first).status()).isEqualTo(Status.EOF);
        assertThat(loop.await(second).status()).isEqualTo(Status.EOF);
    }

    /** It does not queue behind sends: it concerns the other direction. */
    @Test
    void shutdownOfTheReceivingSideDoesNotWaitForSendsAndTheySucceed() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        Send send = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        assertThat(loop.run(Shutdown.receive(mixed.socket())).status()).isEqualTo(Status.OK);
        assertThat(loop.events().isAnswered(send)).isFalse();
        CompletableFuture<Seen> seen = peer.readPattern();
        assertThat(loop.await(send).bytes()).isEqualTo(MUCH);
        loop.run(Shutdown.send(mixed.socket()));
        assertThat(loop.await(seen)).isEqualTo(new Seen(MUCH, End.EOF, ""));
    }

    @Test
    void shutdownOfBothSidesComesAfterQueuedSends() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        Receive receive = loop.submit(new Receive(mixed.socket()));
        loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        Shutdown both = loop.submit(Shutdown.both(mixed.socket()));
        loop.pollFor(Duration.ofMillis(20));
        assertThat(loop.events().of(both)).isEmpty();
        assertThat(loop.events().of(receive)).isEmpty();
        assertThat(loop.await(peer.readPattern())).isEqualTo(new Seen(MUCH, End.EOF, ""));
        assertThat(loop.await(both).status()).isEqualTo(Status.OK);
        assertThat(loop.await(receive).status()).isEqualTo(Status.EOF);
    }
}
