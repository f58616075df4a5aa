package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.Close;
import dev.sluice.CloseMode;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SendVectored;
import dev.sluice.Shutdown;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.conformance.PlainPeer.End;
import dev.sluice.conformance.PlainPeer.Seen;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GRACEFUL with a peer that plays along: every byte arrives, then the end, and then it ends. */
class GracefulCloseTest extends ConformanceTest {
    /** Nothing here is to last so long, also not where bytes go through slow hands. */
    private static final Duration TIMEOUT = Duration.ofMinutes(4);

    private static final int NARROW = 16 * 1024;

    @ParameterizedTest
    @CsvSource({"0, ACCEPTED", "1, ACCEPTED", "1048576, ACCEPTED", "67108864, ACCEPTED",
        "0, CONNECTED", "1, CONNECTED", "1048576, CONNECTED", "67108864, CONNECTED"})
    void everyByteReachesASlowReader(long bytes, Pairs.Side side) throws Exception {
        Pairs.Mixed mixed = Pairs.mixed(loop, side);
        PlainPeer peer = closeLater(mixed.peer());
        Send send = new Send(mixed.socket());
        if (bytes > 0) {
            loop.submit(send.buffer(Pattern.allocate(port, bytes)));
        }
        Close close = loop.submit(Close.graceful(mixed.socket(), TIMEOUT));
        int chunk = Math.clamp(bytes / 64, 16, 1 << 20);
        Seen seen = loop.await(peer.readPatternSlowly(chunk, 1_000_000), TIMEOUT);
        assertThat(seen).isEqualTo(new Seen(bytes, End.EOF, ""));
        assertThat(loop.events().of(close)).as("the peer has not ended its side").isEmpty();
        peer.shutdownSend();
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
        assertThat(close.mode()).isEqualTo(CloseMode.GRACEFUL);
        if (bytes > 0) {
            assertThat(loop.events().lastOf(send).bytes()).isEqualTo(bytes);
        }
        assertThat(loop.events().all().getLast().operation()).isSameAs(close);
    }

    @Test
    @Tag("aarch64")
    void betweenTwoSluiceSocketsBothSidesCloseGracefully() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        long bytes = 1 << 20;
        loop.submit(new Send(pair.client()).buffer(Pattern.allocate(port, bytes)));
        Close first = loop.submit(Close.graceful(pair.client(), TIMEOUT));
        Receive receive = new Receive(pair.server());
        long received = 0;
        Event event = loop.run(receive);
        while (event.status() == Status.OK) {
            Pattern.check(event.data(), received);
            received += event.bytes();
            event = loop.run(receive);
        }
        assertThat(event.status()).isEqualTo(Status.EOF);
        assertThat(received).isEqualTo(bytes);
        assertThat(loop.run(Close.graceful(pair.server(), TIMEOUT)).status()).isEqualTo(Status.OK);
        assertThat(loop.await(first).status()).isEqualTo(Status.OK);
    }

    @Test
    @Tag("aarch64")
    void bothSidesAtTheSameTime() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Close one = loop.submit(Close.graceful(pair.client(), TIMEOUT));
        Close other = loop.submit(Close.graceful(pair.server(), TIMEOUT));
        assertThat(loop.await(one).status()).isEqualTo(Status.OK);
        assertThat(loop.await(other).status()).isEqualTo(Status.OK);
    }

    @Test
    void queuedSendsOfAllKindsGoOutInOrder() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        MemorySegment all = Pattern.allocate(port, 3_000_000);
        loop.submit(new Send(mixed.socket()).buffer(all.asSlice(0, 1_000_000)));
        SendVectored vectored = new SendVectored(mixed.socket(), 3);
        vectored.add(all.asSlice(1_000_000, 1)).add(all.asSlice(1_000_001, 999_998));
        loop.submit(vectored.add(all.asSlice(1_999_999, 1)));
        loop.submit(new Send(mixed.socket()).buffer(all.asSlice(2_000_000, 1_000_000)));
        Close close = loop.submit(Close.graceful(mixed.socket(), TIMEOUT));
        assertThat(loop.await(peer.readPattern())).isEqualTo(new Seen(3_000_000, End.EOF, ""));
        peer.close();
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
        assertThat(loop.events().all()).filteredOn(event -> event.operation() instanceof Send)
                .extracting(Event::bytes).containsExactly(1_000_000L, 1_000_000L);
    }

    @Test
    @Tag("aarch64")
    void whatThePeerStillSendsIsReadAndCounted() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        Close close = loop.submit(Close.graceful(mixed.socket(), TIMEOUT));
        assertThat(loop.await(peer.readText()).end()).isEqualTo(End.EOF);
        // More than the buffers hold: without a reader this would not come to its end.
        long wrote = loop.await(peer.writePattern(20 << 20));
        peer.close();
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
        assertThat(close.discardedBytes()).isEqualTo(wrote);
    }

    @Test
    @Tag("aarch64")
    void unreadDataIsDiscardedAndDoesNotReset() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        peer.write("never received");
        CompletableFuture<Seen> seen = peer.readPattern();
        loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, 1000)));
        Close close = loop.submit(Close.graceful(mixed.socket(), TIMEOUT));
        assertThat(loop.await(seen)).isEqualTo(new Seen(1000, End.EOF, ""));
        peer.close();
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
        assertThat(close.discardedBytes()).isEqualTo("never received".length());
    }

    @Test
    @Tag("aarch64")
    void aPendingReceiveEndsFirst() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        Receive receive = loop.submit(new Receive(mixed.socket()));
        loop.pollFor(Duration.ofMillis(20));
        Close close = loop.submit(Close.graceful(mixed.socket(), TIMEOUT));
        assertThat(loop.await(receive).status()).isEqualTo(Status.CLOSED_LOCALLY);
        assertThat(loop.await(peer.readText()).end()).isEqualTo(End.EOF);
        peer.close();
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
    }

    @Test
    void afterAShutdownOrAnEndOfThePeerItOnlyDoesTheRest() throws Exception {
        Pairs.Mixed shut = Pairs.accepted(loop);
        loop.run(Shutdown.send(shut.socket()));
        Close close = loop.submit(Close.graceful(shut.socket(), TIMEOUT));
        shut.peer().close();
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);

        Pairs.Mixed ended = Pairs.accepted(loop);
        PlainPeer peer = closeLater(ended.peer());
        peer.shutdownSend();
        assertThat(loop.run(new Receive(ended.socket())).status()).isEqualTo(Status.EOF);
        assertThat(loop.run(Close.graceful(ended.socket(), TIMEOUT)).status()).isEqualTo(Status.OK);
        assertThat(loop.await(peer.readText()).end()).isEqualTo(End.EOF);
    }

    /** A shutdown that waits behind a send finishes as one of the queued operations. */
    @Test
    void aShutdownInTheQueueIsCarriedOut() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, 1 << 20)));
        Shutdown shutdown = loop.submit(Shutdown.send(mixed.socket()));
        Close close = loop.submit(Close.graceful(mixed.socket(), TIMEOUT));
        assertThat(loop.await(peer.readPattern())).isEqualTo(new Seen(1 << 20, End.EOF, ""));
        peer.close();
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
        assertThat(loop.events().statusesOf(shutdown)).containsExactly(Status.OK);
    }

    @Test
    @Tag("aarch64")
    void onWhatIsNoConnectionItIsACloseAtOnce() throws Exception {
        NativeSocket fresh = port.socket(SocketType.TCP4);
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        NativeSocket datagrams = port.datagrams(OwnLoopback.at(0));
        for (NativeSocket socket : new NativeSocket[]{fresh, listener, datagrams}) {
            assertThat(loop.run(Close.graceful(socket, TIMEOUT)).status()).isEqualTo(Status.OK);
            assertThat(socket.state()).isEqualTo(NativeSocket.State.CLOSED);
        }
    }

    @Test
    @Tag("aarch64")
    void aTimeoutOfNothingIsRefused() throws Exception {
        NativeSocket socket = port.socket(SocketType.TCP4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Close.graceful(socket, Duration.ZERO))
                .withMessageContaining("immediate()");
    }
}
