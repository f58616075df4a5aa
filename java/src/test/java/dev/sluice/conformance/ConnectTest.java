package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connecting: the ways in which it fails are told apart, and what it means for the socket. */
class ConnectTest extends ConformanceTest {
    @Test
    @Tag("aarch64")
    void connectWhereNobodyListensIsRefused() throws Exception {
        NativeSocket client = port.socket(SocketType.TCP4);
        Event ended = loop.run(new Connect(client, Nobody.listensAt(port)));
        assertThat(ended.status()).isEqualTo(Status.REFUSED);
        assertThat(ended.nativeCode()).isNotZero();
    }

    @Test
    void connectOverIpv6WhereNobodyListensIsRefused() throws Exception {
        Address nobody = Nobody.listensAt(port, Address.loopback6(0));
        NativeSocket client = port.socket(SocketType.TCP6);
        assertThat(loop.run(new Connect(client, nobody)).status()).isEqualTo(Status.REFUSED);
    }

    @Test
    void theFailureOfAConnectNamesThePeerAndTheCause() throws Exception {
        Address nobody = Nobody.listensAt(port);
        Connect connect = new Connect(port.socket(SocketType.TCP4), nobody);
        loop.run(connect);
        assertThat(connect.failure())
                .hasMessageContaining("connect tcp socket")
                .hasMessageContaining(nobody.toString())
                .hasMessageContaining("REFUSED");
        assertThat(connect.failure().status()).isEqualTo(Status.REFUSED);
        assertThat(connect.failure().nativeCode()).isEqualTo(connect.nativeCode());
    }

    /** As a destination any address means this machine. */
    @Test
    void connectToAnyAddressGoesToTheLoopback() throws Exception {
        NativeSocket listener = port.listen(Address.any(0));
        int number = listener.localAddress().port();
        NativeSocket client = port.socket(SocketType.TCP4);
        Event ended = loop.run(new Connect(client, Address.any(number)));
        assertThat(ended.status()).isEqualTo(Status.OK);
        assertThat(client.peerAddress()).isEqualTo(Address.loopback(number));
        NativeSocket listener6 = port.listen(Address.any6(0));
        int number6 = listener6.localAddress().port();
        NativeSocket client6 = port.socket(SocketType.TCP6);
        Event ended6 = loop.run(new Connect(client6, Address.any6(number6)));
        assertThat(ended6.status()).isEqualTo(Status.OK);
        assertThat(client6.peerAddress()).isEqualTo(Address.loopback6(number6));
    }

    @Test
    void connectToAnAddressWithoutARouteIsUnreachable() throws Exception {
        // No system sends a SYN to the broadcast address, so nothing leaves this machine.
        NativeSocket client = port.socket(SocketType.TCP4);
        Event ended = loop.run(new Connect(client, Address.of("255.255.255.255", 9)));
        assertThat(ended.status()).isEqualTo(Status.UNREACHABLE);
    }

    @Test
    void connectThatGetsNoAnswerTimesOut() throws Exception {
        Connect connect = FullBacklog.make(loop).unansweredConnect(loop);
        // The system's own limit, which is two minutes by default.
        connect.socket().set(SockOpt.USER_TIMEOUT, 200);
        assertThat(loop.run(connect).status()).isEqualTo(Status.TIMED_OUT);
    }

    @Test
    void connectThatGetsNoAnswerEndsAtItsDeadline() throws Exception {
        Connect connect = FullBacklog.make(loop).unansweredConnect(loop);
        long startNanos = System.nanoTime();
        Event ended = loop.run(connect.timeout(Duration.ofMillis(50)));
        assertThat(ended.status()).isEqualTo(Status.DEADLINE);
        assertThat(ended.atNanos() - startNanos)
                .isGreaterThanOrEqualTo(Duration.ofMillis(50).toNanos());
    }

    @Test
    void connectThatGetsNoAnswerIsCancelled() throws Exception {
        Connect connect = FullBacklog.make(loop).unansweredConnect(loop);
        loop.submit(connect);
        loop.pollFor(Duration.ofMillis(10));
        assertThat(port.cancel(connect)).isTrue();
        assertThat(loop.await(connect).status()).isEqualTo(Status.CANCELLED);
    }

    @Test
    void closingWhileConnectingEndsTheConnectFirst() throws Exception {
        Connect connect = FullBacklog.make(loop).unansweredConnect(loop);
        loop.submit(connect);
        loop.pollFor(Duration.ofMillis(10));
        assertThat(connect.socket().state()).isEqualTo(NativeSocket.State.CONNECTING);
        Close close = loop.submit(Close.immediate(connect.socket()));
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
        assertThat(loop.events().statusesOf(connect)).containsExactly(Status.CLOSED_LOCALLY);
    }

    @Test
    void sendsAndReceivesQueuedBehindAConnectThatFailsEndToo() throws Exception {
        NativeSocket client = port.socket(SocketType.TCP4);
        Connect connect = loop.submit(new Connect(client, Nobody.listensAt(port)));
        Send send = loop.submit(new Send(client).buffer(Pattern.allocate(port, 10)));
        Receive receive = loop.submit(new Receive(client));
        assertThat(loop.await(connect).status()).isEqualTo(Status.REFUSED);
        assertThat(loop.await(send).status()).isEqualTo(Status.NOT_CONNECTED);
        assertThat(loop.await(receive).status()).isEqualTo(Status.NOT_CONNECTED);
    }

    @Test
    void sendsAndReceivesQueuedBehindAConnectThatIsOverTimeEndToo() throws Exception {
        Connect connect = FullBacklog.make(loop).unansweredConnect(loop);
        NativeSocket client = connect.socket();
        loop.submit(connect.timeout(Duration.ofMillis(20)));
        Send send = loop.submit(new Send(client).buffer(Pattern.allocate(port, 10)));
        Receive receive = loop.submit(new Receive(client));
        Shutdown shutdown = loop.submit(Shutdown.send(client));
        assertThat(loop.await(connect).status()).isEqualTo(Status.DEADLINE);
        assertThat(loop.await(send).status()).isEqualTo(Status.NOT_CONNECTED);
        assertThat(send.bytes()).isZero();
        assertThat(loop.await(shutdown).status()).isEqualTo(Status.NOT_CONNECTED);
        assertThat(loop.await(receive).status()).isEqualTo(Status.NOT_CONNECTED);
    }

    @Test
    void afterAFailedConnectTransfersAreNotConnectedAndAnotherConnectIsRefusedAtOnce()
            throws Exception {
        Connect connect = FullBacklog.make(loop).unansweredConnect(loop);
        NativeSocket client = connect.socket();
        loop.run(connect.timeout(Duration.ofMillis(20)));
        Send send = new Send(client).buffer(Pattern.allocate(port, 10));
        assertThat(loop.run(send).status()).isEqualTo(Status.NOT_CONNECTED);
        assertThat(loop.run(new Receive(client)).status()).isEqualTo(Status.NOT_CONNECTED);
        assertThatThrownBy(() -> loop.submit(connect))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("connect a new socket");
        assertThat(loop.run(Close.graceful(client, Duration.ofSeconds(5))).status())
                .isEqualTo(Status.OK);
    }

    @Test
    @Tag("aarch64")
    void sendsQueuedWhileConnectingArriveInTheirOrder() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        NativeSocket client = port.socket(SocketType.TCP4);
        Connect connect = loop.submit(new Connect(client, listener.localAddress()));
        var pattern = Pattern.allocate(port, 300);
        Send first = loop.submit(new Send(client).buffer(pattern.asSlice(0, 100)));
        Send second = loop.submit(new Send(client).buffer(pattern.asSlice(100, 200)));
        Shutdown last = loop.submit(Shutdown.send(client));
        Receive answer = loop.submit(new Receive(client));
        NativeSocket server = loop.run(new Accept(listener)).accepted();
        long received = 0;
        Event event = loop.run(new Receive(server));
        while (event.status() == Status.OK) {
            Pattern.check(event.data(), received);
            received += event.bytes();
            event = loop.run(new Receive(server));
        }
        assertThat(event.status()).isEqualTo(Status.EOF);
        assertThat(received).isEqualTo(300);
        loop.run(new Send(server).buffer(Pattern.allocate(port, 7)));
        assertThat(loop.await(answer).bytes()).isEqualTo(7);
        assertThat(loop.events().all().stream().map(Event::operation)
                .filter(o -> o == connect || o == first || o == second || o == last))
                .containsExactly(connect, first, second, last);
    }

    @Test
    void dataAndEndThatCameBeforeTheConnectWasSeenAreBothDelivered() throws Exception {
        try (PlainListener listener = PlainListener.open()) {
            NativeSocket client = port.socket(SocketType.TCP4);
            Connect connect = loop.submit(new Connect(client, listener.address()));
            // All of it happens before the port looks: connected, bytes and end are one edge.
            PlainPeer peer = listener.accept();
            peer.write("hello");
            peer.close();
            assertThat(loop.await(connect).status()).isEqualTo(Status.OK);
            assertThat(loop.run(new Receive(client)).text()).isEqualTo("hello");
            assertThat(loop.run(new Receive(client)).status()).isEqualTo(Status.EOF);
        }
    }

    @Test
    void connectOfAConnectedSocketIsInvalidAndChangesNothing() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Address peer = pair.client().peerAddress();
        assertThat(loop.run(new Connect(pair.client(), peer)).status()).isEqualTo(Status.INVALID);
        assertThat(pair.client().state()).isEqualTo(NativeSocket.State.CONNECTED);
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 5)));
        assertThat(loop.run(new Receive(pair.server())).bytes()).isEqualTo(5);
        loop.submit(Close.graceful(pair.client(), Duration.ofSeconds(5)));
        assertThat(loop.run(new Receive(pair.server())).status()).isEqualTo(Status.EOF);
    }

    @Test
    void connectOfAListenerIsInvalidAndItContinuesAccepting() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Connect connect = new Connect(listener, Nobody.listensAt(port));
        assertThat(loop.run(connect).status()).isEqualTo(Status.INVALID);
        assertThat(listener.state()).isEqualTo(NativeSocket.State.LISTENING);
        Pairs.connect(loop, listener);
    }

    @Test
    void connectToAnotherFamilyFailsAndNamesIt() throws Exception {
        NativeSocket client = port.socket(SocketType.TCP4);
        Connect connect = new Connect(client, Address.loopback6(9));
        assertThat(loop.run(connect).status()).isEqualTo(Status.UNSUPPORTED);
        assertThat(connect.failure()).hasMessageContaining("[::1]:9");
    }

    @Test
    void transfersBeforeAnyConnectAreNotConnected() throws Exception {
        NativeSocket client = port.socket(SocketType.TCP4);
        assertThat(loop.run(new Receive(client)).status()).isEqualTo(Status.NOT_CONNECTED);
        Send send = new Send(client).buffer(Pattern.allocate(port, 10));
        assertThat(loop.run(send).status())
                .isIn(Status.NOT_CONNECTED, Status.BROKEN_PIPE);
        assertThat(loop.run(Shutdown.send(client)).status()).isEqualTo(Status.NOT_CONNECTED);
    }

    @Test
    void aPollBeforeTheConnectDoesNotSpoilIt() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        NativeSocket client = port.socket(SocketType.TCP4);
        // On Linux an unconnected stream counts as hung up: what that leaves behind must not hold.
        loop.run(Readiness.readableOrWritable(client));
        Connect connect = loop.submit(new Connect(client, listener.localAddress()));
        NativeSocket server = loop.run(new Accept(listener)).accepted();
        assertThat(loop.await(connect).status()).isEqualTo(Status.OK);
        loop.run(new Send(client).buffer(Pattern.allocate(port, 5)));
        assertThat(loop.run(new Receive(server)).bytes()).isEqualTo(5);
        Receive receive = loop.submit(new Receive(client));
        loop.pollFor(Duration.ofMillis(10));
        assertThat(receive.isPending()).isTrue();
        loop.run(new Send(server).buffer(Pattern.allocate(port, 9)));
        assertThat(loop.await(receive).bytes()).isEqualTo(9);
    }
}
