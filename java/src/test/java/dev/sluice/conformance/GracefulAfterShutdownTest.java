package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import dev.sluice.conformance.PlainPeer.End;
import dev.sluice.conformance.PlainPeer.Seen;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * GRACEFUL once the receiving side was shut down: the peer gets every byte and the end, and as its own
 * end cannot be seen any more, it is not waited for.
 */
class GracefulAfterShutdownTest extends ConformanceTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int NARROW = 16 * 1024;
    private static final int MUCH = 4 << 20;

    @Test
    @Tag("aarch64")
    void thePeersEndIsNotWaitedFor() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        CompletableFuture<Seen> seen = peer.readPattern();
        loop.run(Shutdown.receive(mixed.socket()));
        loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, 1000)));
        // The peer never ends its side: with the end of the time this would be DEADLINE.
        Close close = Close.graceful(mixed.socket(), TIMEOUT);
        assertThat(loop.run(close).status()).isEqualTo(Status.OK);
        assertThat(close.discardedBytes()).isZero();
        assertThat(loop.await(seen)).isEqualTo(new Seen(1000, End.EOF, ""));
    }

    @Test
    @Tag("aarch64")
    void aSendBehindAShutdownOfThisSideFailsAloneAndThePeerSeesTheEnd() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        loop.submit(Shutdown.send(mixed.socket()));
        Send late = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, 10)));
        Close close = loop.submit(Close.graceful(mixed.socket(), TIMEOUT));
        CompletableFuture<Seen> seen = peer.readPattern();
        assertThat(loop.await(late).status()).isEqualTo(Status.BROKEN_PIPE);
        assertThat(loop.await(seen)).isEqualTo(new Seen(MUCH, End.EOF, ""));
        peer.close();
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
    }

    @Test
    void everyQueuedByteReachesASlowReaderFirst() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        Send send = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        loop.run(Shutdown.receive(mixed.socket()));
        Close close = loop.submit(Close.graceful(mixed.socket(), TIMEOUT));
        loop.pollFor(Duration.ofMillis(5));
        assertThat(loop.events().of(close)).as("sends come first").isEmpty();
        CompletableFuture<Seen> seen = peer.readPattern();
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
        assertThat(loop.events().lastOf(send).bytes()).isEqualTo(MUCH);
        assertThat(loop.await(seen)).isEqualTo(new Seen(MUCH, End.EOF, ""));
    }

    @Test
    @Tag("aarch64")
    void whatCameAndWasNotReadDoesNotReset() throws Exception {
        assumeTrue(backend != Backend.IOCP,
                "Windows resets a connection that was shut down for receiving with bytes unread");
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        peer.write("before");
        loop.run(Readiness.readable(mixed.socket()));
        loop.run(Shutdown.receive(mixed.socket()));
        peer.write("after");
        loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        Close close = loop.submit(Close.graceful(mixed.socket(), TIMEOUT));
        loop.pollFor(Duration.ofMillis(5));
        CompletableFuture<Seen> seen = peer.readPattern();
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
        assertThat(close.discardedBytes()).isEqualTo("beforeafter".length());
        assertThat(loop.await(seen)).isEqualTo(new Seen(MUCH, End.EOF, ""));
    }

    @Test
    void afterBothSidesWereShutDownNothingIsWaitedFor() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        CompletableFuture<Seen> seen = peer.readPattern();
        Receive pending = loop.submit(new Receive(mixed.socket()));
        loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, 10)));
        assertThat(loop.run(Shutdown.both(mixed.socket())).status()).isEqualTo(Status.OK);
        assertThat(loop.await(pending).status()).isEqualTo(Status.EOF);
        assertThat(loop.run(Close.graceful(mixed.socket(), TIMEOUT)).status())
                .isEqualTo(Status.OK);
        assertThat(loop.await(seen)).isEqualTo(new Seen(10, End.EOF, ""));
    }

    @Test
    void aResetOfThePeerIsReported() throws Exception {
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        Receive receive = loop.submit(new Receive(mixed.socket()));
        mixed.peer().reset();
        mixed.peer().close();
        assertThat(loop.await(receive).status()).isEqualTo(Status.RESET);
        loop.run(Shutdown.receive(mixed.socket()));
        assertThat(loop.run(Close.graceful(mixed.socket(), TIMEOUT)).status())
                .isEqualTo(Status.RESET);
    }
}
