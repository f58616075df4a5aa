package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.Accept;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.Delay;
import dev.sluice.Linger;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.conformance.PlainPeer.End;
import dev.sluice.conformance.PlainPeer.Seen;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** SO_LINGER as the system has it: the setting, and what a close does with queued bytes. */
@Tag("aarch64")
class LingerTest extends ConformanceTest {
    private static final int NARROW = 16 * 1024;

    /** Far below every linger time here that is not meant to pass, and long for a slow machine. */
    private static final Duration AT_ONCE = Duration.ofSeconds(30);

    private static final Linger LONG = Linger.seconds(120);
    private static final Linger SHORT = Linger.seconds(1);

    // ---- the setting -------------------------------------------------------------------------

    @Test
    void itIsOffUntilItIsSetAndReadsAsItWasSet() throws Exception {
        NativeSocket socket = port.socket(SocketType.TCP4);
        assertThat(socket.get(SockOpt.LINGER)).isEqualTo(Linger.OFF);
        for (int seconds : new int[]{0, 1, 7, 32_767}) {
            socket.set(SockOpt.LINGER, Linger.seconds(seconds));
            assertThat(socket.get(SockOpt.LINGER)).isEqualTo(Linger.seconds(seconds));
        }
        socket.set(SockOpt.LINGER, Linger.OFF);
        assertThat(socket.get(SockOpt.LINGER)).isEqualTo(Linger.OFF);
        assertThat(Linger.OFF.isOn()).isFalse();
        assertThat(Linger.seconds(0).isOn()).isTrue();
    }

    @Test
    void itsBoundsAreThoseOfTheNarrowestSystem() throws Exception {
        NativeSocket socket = port.socket(SocketType.TCP4);
        socket.set(SockOpt.LINGER, Linger.seconds(65_535));
        assertThat(socket.get(SockOpt.LINGER).seconds()).isEqualTo(65_535);
        assertThatIllegalArgumentException().isThrownBy(() -> Linger.seconds(65_536))
                .withMessageContaining("65535");
        assertThatIllegalArgumentException().isThrownBy(() -> Linger.seconds(-1))
                .withMessageContaining("Linger.OFF");
        assertThatIllegalArgumentException().isThrownBy(() -> new Linger(-2));
        assertThat(new Linger(-1)).isEqualTo(Linger.OFF);
        socket.set(SockOpt.LINGER, Linger.OFF);
    }

    @Test
    void anAcceptedSocketHasTheSettingOfItsListener() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        listener.set(SockOpt.LINGER, Linger.seconds(3));
        Pairs.Pair pair = Pairs.connect(loop, listener);
        assertThat(pair.server().get(SockOpt.LINGER)).isEqualTo(Linger.seconds(3));
        assertThat(pair.client().get(SockOpt.LINGER)).isEqualTo(Linger.OFF);
        pair.server().set(SockOpt.LINGER, Linger.OFF);
        assertThat(listener.get(SockOpt.LINGER)).isEqualTo(Linger.seconds(3));
        listener.set(SockOpt.LINGER, Linger.OFF);
    }

    @Test
    void anInheritedZeroResetsAtTheClose() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        listener.set(SockOpt.LINGER, Linger.seconds(0));
        Accept accept = loop.submit(new Accept(listener));
        PlainPeer peer = closeLater(PlainPeer.connect(listener.localAddress()));
        NativeSocket accepted = loop.await(accept).accepted();
        CompletableFuture<Seen> seen = peer.readText();
        loop.run(Close.immediate(accepted));
        assertThat(loop.await(seen).end()).isEqualTo(End.RESET);
    }

    // ---- off and zero, with and without queued bytes -----------------------------------------

    @Test
    void offWithNothingQueuedEndsAtOnceWithEof() throws Exception {
        Pairs.Mixed mixed = connection(Linger.OFF);
        CompletableFuture<Seen> seen = mixed.peer().readText();
        assertThat(timeToClose(mixed.socket())).isLessThan(AT_ONCE);
        assertThat(loop.await(seen)).isEqualTo(new Seen(0, End.EOF, ""));
    }

    @Test
    void offWithBytesQueuedEndsAtOnceAndTheyArrive() throws Exception {
        Pairs.Mixed mixed = connection(Linger.OFF);
        long queued = fill(mixed.socket());
        assertThat(timeToClose(mixed.socket())).isLessThan(AT_ONCE);
        assertThat(loop.await(mixed.peer().readPattern())).isEqualTo(new Seen(queued, End.EOF, ""));
    }

    @Test
    void zeroWithNothingQueuedEndsAtOnceWithReset() throws Exception {
        Pairs.Mixed mixed = connection(Linger.seconds(0));
        CompletableFuture<Seen> seen = mixed.peer().readText();
        assertThat(timeToClose(mixed.socket())).isLessThan(AT_ONCE);
        assertThat(loop.await(seen)).isEqualTo(new Seen(0, End.RESET, ""));
    }

    @Test
    void zeroWithBytesQueuedEndsAtOnceAndDropsThem() throws Exception {
        Pairs.Mixed mixed = connection(Linger.seconds(0));
        long queued = fill(mixed.socket());
        assertThat(timeToClose(mixed.socket())).isLessThan(AT_ONCE);
        Needs.resetsThatPeersSee();
        Seen seen = loop.await(mixed.peer().readPattern());
        assertThat(seen.end()).isEqualTo(End.RESET);
        assertThat(seen.bytes()).isLessThan(queued);
    }

    // ---- a positive time ---------------------------------------------------------------------

    @Test
    void positiveWithNothingQueuedEndsAsSoonAsThePeerHasAcknowledged() throws Exception {
        Pairs.Mixed mixed = connection(LONG);
        CompletableFuture<Seen> seen = mixed.peer().readText();
        assertThat(timeToClose(mixed.socket())).isLessThan(AT_ONCE);
        assertThat(loop.await(seen)).isEqualTo(new Seen(0, End.EOF, ""));
    }

    @Test
    void positiveWithAReaderEndsWhenAllIsDelivered() throws Exception {
        Pairs.Mixed mixed = connection(LONG);
        long queued = fill(mixed.socket());
        CompletableFuture<Seen> seen = mixed.peer().readPattern();
        assertThat(timeToClose(mixed.socket())).isLessThan(AT_ONCE);
        assertThat(loop.await(seen)).isEqualTo(new Seen(queued, End.EOF, ""));
    }

    /** The close waits until a reader comes; this port meanwhile does all its other work. */
    @Test
    void positiveWithAFullQueueNeverBlocksThePortsThread() throws Exception {
        Needs.linux("Wine's closesocket does not wait");
        Pairs.Pair other = Pairs.connected(loop);
        Pairs.Mixed mixed = connection(LONG);
        long queued = fill(mixed.socket());
        long beforeNanos = System.nanoTime();
        Close close = loop.submit(Close.immediate(mixed.socket()));
        assertThat(System.nanoTime() - beforeNanos).as("submit").isLessThan(AT_ONCE.toNanos());
        for (int round = 0; round < 20; round++) {
            loop.run(new Delay(Duration.ofMillis(5)));
            loop.run(new Send(other.client()).buffer(Pattern.allocate(port, 10)));
            assertThat(loop.run(new Receive(other.server())).bytes()).isEqualTo(10);
        }
        assertThat(loop.events().isAnswered(close)).as("nobody reads").isFalse();
        CompletableFuture<Seen> seen = mixed.peer().readPattern();
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
        assertThat(loop.await(seen)).isEqualTo(new Seen(queued, End.EOF, ""));
    }

    @Test
    void aCloseLingersForItsTimeWhereNobodyReads() throws Exception {
        Needs.linux("Wine's closesocket does not wait, so there is no time to measure");
        Pairs.Mixed mixed = connection(SHORT);
        long queued = fill(mixed.socket());
        assertThat(timeToClose(mixed.socket())).isGreaterThan(Duration.ofMillis(900));
        // Linux still delivers after the time, Windows resets: no cut stream looks whole.
        Seen seen = loop.await(mixed.peer().readPattern());
        assertThat(seen.end() == End.RESET || seen.equals(new Seen(queued, End.EOF, "")))
                .as(seen.toString()).isTrue();
    }

    /** One after another they could not end in this order: the first would keep the others waiting. */
    @Test
    void manyLingeringClosesWaitAtTheSameTime() throws Exception {
        Needs.linux("Wine's closesocket does not wait");
        int count = 8;
        Close[] closes = new Close[count];
        Pairs.Mixed[] connections = new Pairs.Mixed[count];
        long[] queued = new long[count];
        for (int i = 0; i < count; i++) {
            connections[i] = connection(LONG);
            queued[i] = fill(connections[i].socket());
        }
        for (int i = 0; i < count; i++) {
            closes[i] = loop.submit(Close.immediate(connections[i].socket()));
        }
        for (int i = count - 1; i >= 0; i--) {
            CompletableFuture<Seen> seen = connections[i].peer().readPattern();
            assertThat(loop.await(closes[i]).status()).isEqualTo(Status.OK);
            assertThat(loop.await(seen)).isEqualTo(new Seen(queued[i], End.EOF, ""));
            for (int left = 0; left < i; left++) {
                assertThat(loop.events().isAnswered(closes[left])).isFalse();
            }
        }
    }

    @Test
    void abortDoesNotLinger() throws Exception {
        Pairs.Mixed mixed = connection(LONG);
        fill(mixed.socket());
        long beforeNanos = System.nanoTime();
        assertThat(loop.run(Close.abort(mixed.socket())).status()).isEqualTo(Status.OK);
        assertThat(System.nanoTime() - beforeNanos).isLessThan(AT_ONCE.toNanos());
        Needs.resetsThatPeersSee();
        assertThat(loop.await(mixed.peer().readPattern()).end()).isEqualTo(End.RESET);
    }

    @Test
    void gracefulDeliversAndDoesNotLingerAfterwards() throws Exception {
        Pairs.Mixed mixed = connection(LONG);
        long queued = fill(mixed.socket());
        Close close = loop.submit(Close.graceful(mixed.socket(), Duration.ofSeconds(30)));
        Seen seen = loop.await(mixed.peer().readPattern());
        assertThat(seen).isEqualTo(new Seen(queued, End.EOF, ""));
        long beforeNanos = System.nanoTime();
        mixed.peer().close();
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
        assertThat(System.nanoTime() - beforeNanos).isLessThan(AT_ONCE.toNanos());
    }

    /** Once the system's close waits nothing can hurry it, and asking does no harm. */
    @Test
    void aLingeringCloseCannotBeCancelled() throws Exception {
        Needs.linux("Wine's closesocket does not wait, so there is no time to measure");
        Pairs.Mixed mixed = connection(SHORT);
        fill(mixed.socket());
        Close close = loop.submit(Close.immediate(mixed.socket()));
        loop.pollFor(Duration.ofMillis(50));
        assertThat(port.cancel(close)).isFalse();
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
        assertThat(loop.events().of(close)).hasSize(1);
    }

    /** The port's close does not wait for the time of sockets that nobody closed before. */
    @Test
    void closingThePortWithLingeringSocketsDoesNotWaitForThem() throws Exception {
        Loop second = openLoop(options());
        try (PlainListener listener = PlainListener.open(NARROW)) {
            NativeSocket socket = second.port().socket(SocketType.TCP4);
            socket.set(SockOpt.SNDBUF, NARROW).set(SockOpt.LINGER, LONG);
            second.run(new Connect(socket, listener.address()));
            closeLater(listener.accept());
            fill(second, socket);
            long beforeNanos = System.nanoTime();
            second.port().close();
            assertThat(Duration.ofNanos(System.nanoTime() - beforeNanos)).isLessThan(AT_ONCE);
        }
    }

    private Pairs.Mixed connection(Linger linger) throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        closeLater(mixed.peer());
        mixed.socket().set(SockOpt.LINGER, linger);
        return mixed;
    }

    private long fill(NativeSocket socket) throws Exception {
        return fill(loop, socket);
    }

    /** Lets the system take as much as it can while nobody reads; what it took. */
    private static long fill(Loop loop, NativeSocket socket) {
        long much = 8 << 20;
        Send send = new Send(socket).buffer(Pattern.allocate(loop.port(), much));
        send.timeout(Duration.ofMillis(100));
        Event sent = loop.run(send);
        assertThat(sent.bytes()).isPositive().isLessThan(much);
        return sent.bytes();
    }

    private Duration timeToClose(NativeSocket socket) {
        long beforeNanos = System.nanoTime();
        Event closed = loop.run(Close.immediate(socket));
        assertThat(closed.status()).isEqualTo(Status.OK);
        return Duration.ofNanos(closed.atNanos() - beforeNanos);
    }
}
