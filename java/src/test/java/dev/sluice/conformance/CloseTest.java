package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.conformance.PlainPeer.End;
import dev.sluice.conformance.PlainPeer.Seen;
import dev.sluice.testing.OwnLoopback;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** IMMEDIATE, and what all ways of closing have in common. */
@Tag("aarch64")
class CloseTest extends ConformanceTest {
    @ParameterizedTest
    @EnumSource
    void immediateWithNothingUnreadShowsThePeerAnEof(Pairs.Side side) throws Exception {
        Pairs.Mixed mixed = Pairs.mixed(loop, side);
        PlainPeer peer = closeLater(mixed.peer());
        CompletableFuture<Seen> seen = peer.readText();
        assertThat(loop.run(Close.immediate(mixed.socket())).status()).isEqualTo(Status.OK);
        assertThat(loop.await(seen)).isEqualTo(new Seen(0, End.EOF, ""));
    }

    /** What a finished send handed to the system is delivered after the close. */
    @Test
    void immediateLeavesTheDeliveryOfFinishedSendsToTheSystem() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        Event sent = loop.run(new Send(mixed.socket()).buffer(Pattern.allocate(port, 200_000)));
        assertThat(sent.bytes()).isEqualTo(200_000);
        assertThat(loop.run(Close.immediate(mixed.socket())).status()).isEqualTo(Status.OK);
        assertThat(loop.await(peer.readPatternSlowly(10_000, 1_000_000)))
                .isEqualTo(new Seen(200_000, End.EOF, ""));
    }

    /** RFC 2525, 2.17: the peer must learn that its bytes were thrown away. */
    @Test
    void immediateWithUnreadDataIsAReset() throws Exception {
        Needs.linux("the reset at a close with unread data, as documented for TCP there");
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        loop.run(new Send(mixed.socket()).buffer(Pattern.allocate(port, 5)));
        assertThat(loop.await(peer.readText(5)).end()).isEqualTo(End.ENOUGH);
        peer.write("nobody reads this");
        loop.run(Readiness.readable(mixed.socket()));
        CompletableFuture<Seen> seen = peer.readText();
        assertThat(loop.run(Close.immediate(mixed.socket())).status()).isEqualTo(Status.OK);
        assertThat(loop.await(seen)).isEqualTo(new Seen(0, End.RESET, ""));
    }

    @Test
    void closingTwiceIsRefusedWithTheReason() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        closeLater(mixed.peer());
        NativeSocket socket = mixed.socket();
        Close first = loop.submit(Close.immediate(socket));
        assertThatIllegalStateException()
                .isThrownBy(() -> loop.submit(Close.abort(socket)))
                .withMessageContaining("a close of its socket was submitted")
                .withMessageContaining("isOpen()");
        assertThatIllegalStateException().isThrownBy(() -> loop.submit(first))
                .withMessageContaining("pending");
        assertThat(loop.await(first).status()).isEqualTo(Status.OK);
        assertThatIllegalStateException().isThrownBy(() -> loop.submit(first))
                .withMessageContaining("a close of its socket was submitted");
    }

    @Test
    void callsOnAClosedSocketFailAndNameTheClose() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        closeLater(mixed.peer());
        NativeSocket socket = mixed.socket();
        loop.run(Close.immediate(socket));
        assertThat(socket.state()).isEqualTo(NativeSocket.State.CLOSED);
        assertThat(socket.isOpen()).isFalse();
        assertThatIllegalStateException().isThrownBy(socket::localAddress)
                .withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(() -> socket.get(SockOpt.NODELAY))
                .withMessageContaining("closed");
        assertThatIllegalStateException()
                .isThrownBy(() -> socket.tryReceive(port.allocate(1).segment()))
                .withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(() -> port.submit(new Receive(socket)))
                .withMessageContaining("close");
    }

    @Test
    void closingWhileConnectingEndsTheConnectFirst() throws Exception {
        for (int round = 0; round < 20; round++) {
            NativeSocket listener = port.listen(OwnLoopback.at(0));
            NativeSocket socket = port.socket(SocketType.TCP4);
            Connect connect = loop.submit(new Connect(socket, listener.localAddress()));
            assertThat(socket.state())
                    .isIn(NativeSocket.State.CONNECTING, NativeSocket.State.CONNECTED);
            Close close = loop.submit(Close.immediate(socket));
            assertThat(loop.await(close).status()).isEqualTo(Status.OK);
            assertThat(loop.events().statusesOf(connect)).hasSize(1);
            loop.run(Close.immediate(listener));
        }
    }

    /** Nobody listens: the refusal and our close meet. */
    @Test
    void closingWhileBeingRefused() throws Exception {
        Address nobody = Nobody.listensAt(port);
        for (int round = 0; round < 20; round++) {
            NativeSocket socket = port.socket(SocketType.TCP4);
            Connect connect = loop.submit(new Connect(socket, nobody));
            Close close = loop.submit(Close.immediate(socket));
            assertThat(loop.await(close).status()).isEqualTo(Status.OK);
            assertThat(loop.events().statusesOf(connect)).hasSize(1)
                    .isSubsetOf(Status.REFUSED, Status.CLOSED_LOCALLY);
        }
    }

    @Test
    void aSocketThatWasNeverUsedCloses() throws Exception {
        for (SocketType type : new SocketType[]{SocketType.TCP4, SocketType.UDP4}) {
            NativeSocket socket = port.socket(type);
            assertThat(loop.run(Close.immediate(socket)).status()).isEqualTo(Status.OK);
        }
    }

    /** From within the handler of the last event the peer's data brought, as servers do. */
    @Test
    void closingFromWithinAHandler() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        Close close = Close.immediate(mixed.socket());
        boolean[] submitted = new boolean[1];
        port.submit(new Receive(mixed.socket()).onCompletion(received -> {
            loop.submit(close);
            submitted[0] = true;
        }));
        peer.write("bye");
        loop.until("the close", () -> submitted[0] && loop.events().isAnswered(close));
        assertThat(loop.await(peer.readText())).isEqualTo(new Seen(0, End.EOF, ""));
    }
}
