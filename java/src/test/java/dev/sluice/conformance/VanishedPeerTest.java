package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The peer vanishes without a word, as when a cable is pulled: keep-alive and the user timeout end
 * the connection, and TIMED_OUT says why.
 */
class VanishedPeerTest extends ConformanceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private VanishingPeer peer;
    private NativeSocket socket;

    @BeforeEach
    void connect() throws Exception {
        peer = closeLater(VanishingPeer.open());
        NativeSocket listener = port.listen(peer.here());
        Accept accept = loop.submit(new Accept(listener));
        peer.connect(listener.localAddress());
        socket = loop.await(accept).accepted();
        loop.run(Close.immediate(listener));
    }

    @Test
    void keepAliveEndsASilentConnection() throws Exception {
        socket.set(SockOpt.KEEPALIVE, true).set(SockOpt.KEEPALIVE_IDLE, 1)
                .set(SockOpt.KEEPALIVE_INTERVAL, 1).set(SockOpt.KEEPALIVE_COUNT, 2);
        Receive receive = loop.submit(new Receive(socket));
        // The probes are answered as long as the peer is there.
        loop.pollFor(Duration.ofMillis(2500));
        assertThat(loop.events().of(receive)).isEmpty();
        peer.vanish();
        assertThat(loop.await(receive, PATIENCE).status()).isEqualTo(Status.TIMED_OUT);
        // It is lost for good, and never a clean end.
        assertThat(loop.run(receive).status()).isEqualTo(Status.TIMED_OUT);
        Send send = new Send(socket).buffer(Pattern.allocate(port, 10));
        assertThat(loop.run(send).status()).isIn(Status.TIMED_OUT, Status.BROKEN_PIPE);
        assertThat(loop.run(Close.graceful(socket, PATIENCE)).status())
                .isNotIn(Status.OK, Status.DEADLINE);
    }

    @Test
    void theUserTimeoutEndsAConnectionWhoseBytesAreNotAcknowledged() throws Exception {
        socket.set(SockOpt.USER_TIMEOUT, 1000);
        Receive receive = loop.submit(new Receive(socket));
        peer.vanish();
        Event sent = loop.run(new Send(socket).buffer(Pattern.allocate(port, 1000)));
        assertThat(sent.status()).as("the system takes the bytes").isEqualTo(Status.OK);
        assertThat(loop.await(receive, PATIENCE).status()).isEqualTo(Status.TIMED_OUT);
        Send next = new Send(socket).buffer(Pattern.allocate(port, 10));
        assertThat(loop.run(next).status()).isIn(Status.TIMED_OUT, Status.BROKEN_PIPE);
        assertThat(loop.run(receive).status()).isEqualTo(Status.TIMED_OUT);
    }

    @Test
    void theUserTimeoutEndsASendThatWaitsForRoom() throws Exception {
        socket.set(SockOpt.USER_TIMEOUT, 1000).set(SockOpt.SNDBUF, 16 * 1024);
        peer.vanish();
        Send send = loop.submit(new Send(socket).buffer(Pattern.allocate(port, 8 << 20)));
        Event sent = loop.await(send, PATIENCE);
        assertThat(sent.status()).isEqualTo(Status.TIMED_OUT);
        assertThat(sent.bytes()).isLessThan(8 << 20);
        // The send took the news from the kernel; the receive must hear of it all the same.
        assertThat(loop.run(new Receive(socket)).status()).isEqualTo(Status.TIMED_OUT);
    }

    @Test
    void aGracefulCloseOfALostConnectionReportsTheLoss() throws Exception {
        socket.set(SockOpt.USER_TIMEOUT, 1000);
        peer.vanish();
        loop.run(new Send(socket).buffer(Pattern.allocate(port, 1000)));
        Close close = Close.graceful(socket, PATIENCE);
        loop.submit(close);
        assertThat(loop.await(close, PATIENCE).status()).isEqualTo(Status.TIMED_OUT);
    }

    @Test
    void aGracefulCloseToNobodyEndsAtItsTimeout() throws Exception {
        peer.vanish();
        Close close = Close.graceful(socket, Duration.ofMillis(200));
        assertThat(loop.run(close).status()).isEqualTo(Status.DEADLINE);
    }

    @Test
    void aPeerWhoseAddressNobodyHasAnyMoreIsUnreachable() throws Exception {
        socket.set(SockOpt.USER_TIMEOUT, 6000);
        Receive receive = loop.submit(new Receive(socket));
        peer.giveUpItsAddress();
        // The network reports it after three seconds, but TCP still tries until its own time is
        // over.
        loop.run(new Send(socket).buffer(Pattern.allocate(port, 1000)));
        assertThat(loop.await(receive, PATIENCE).status()).isEqualTo(Status.UNREACHABLE);
        assertThat(loop.run(receive).status()).as("it is lost for good")
                .isEqualTo(Status.UNREACHABLE);
    }

    @Test
    void aConnectToAnAddressThatNobodyHasIsUnreachableSomeSecondsLater() throws Exception {
        peer.giveUpItsAddress();
        Connect connect = new Connect(port.socket(SocketType.TCP4), peer.there(9));
        loop.submit(connect);
        loop.pollFor(Duration.ofMillis(20));
        assertThat(connect.isPending()).as("not known at once").isTrue();
        assertThat(loop.await(connect, PATIENCE).status()).isEqualTo(Status.UNREACHABLE);
    }
}
