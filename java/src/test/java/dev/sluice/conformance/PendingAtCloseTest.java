package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.CloseMode;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendVectored;
import dev.sluice.Shutdown;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * CLOSE with operations pending: each ends exactly once, with CLOSED_LOCALLY or, if bytes had moved,
 * with OK and their number; then comes the event of the close, the socket's last.
 */
@Tag("aarch64")
class PendingAtCloseTest extends ConformanceTest {
    private static final Duration TIMEOUT = Duration.ofMillis(300);
    private static final int NARROW = 16 * 1024;
    private static final long MUCH = 8 << 20;

    @ParameterizedTest
    @EnumSource
    void receives(CloseMode mode) throws Exception {
        NativeSocket socket = Pairs.connected(loop).server();
        List<Operation<?>> pending = new ArrayList<>();
        pending.add(loop.submit(new Receive(socket)));
        pending.add(loop.submit(new Receive(socket).buffer(port.allocate(100).segment())));
        pending.add(loop.submit(new Receive(socket).multishot()));
        endAll(socket, mode, pending);
    }

    @ParameterizedTest
    @EnumSource
    void aMultishotReceive(CloseMode mode) throws Exception {
        NativeSocket socket = Pairs.connected(loop).server();
        endAll(socket, mode, List.of(loop.submit(new Receive(socket).multishot())));
    }

    @ParameterizedTest
    @EnumSource
    void datagramReceives(CloseMode mode) throws Exception {
        NativeSocket socket = port.datagrams(OwnLoopback.at(0));
        List<Operation<?>> pending = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pending.add(loop.submit(new ReceiveFrom(socket).buffer(port.allocate(100).segment())));
        }
        endAll(socket, mode, pending);
    }

    @ParameterizedTest
    @EnumSource
    void accepts(CloseMode mode) throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        List<Operation<?>> pending = new ArrayList<>();
        pending.add(loop.submit(new Accept(listener)));
        pending.add(loop.submit(new Accept(listener)));
        pending.add(loop.submit(new Accept(listener).multishot()));
        endAll(listener, mode, pending);
    }

    @ParameterizedTest
    @EnumSource
    void aMultishotAcceptThatHadAccepted(CloseMode mode) throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Accept accept = loop.submit(new Accept(listener).multishot());
        PlainPeer peer = closeLater(PlainPeer.connect(listener.localAddress()));
        loop.until("a connection", () -> loop.events().of(accept).size() == 1);
        NativeSocket accepted = loop.events().of(accept).getFirst().accepted();
        Close close = loop.submit(close(listener, mode));
        loop.await(close);
        assertThat(loop.events().statusesOf(accept))
                .containsExactly(Status.OK, Status.CLOSED_LOCALLY);
        peer.write("the accepted one lives on");
        assertThat(loop.run(new Receive(accepted)).text()).endsWith("lives on");
    }

    @ParameterizedTest
    @EnumSource
    void polls(CloseMode mode) throws Exception {
        NativeSocket socket = Pairs.connected(loop).server();
        List<Operation<?>> pending = new ArrayList<>();
        pending.add(loop.submit(Readiness.readable(socket)));
        pending.add(loop.submit(Readiness.readable(socket)));
        pending.add(loop.submit(Readiness.hangup(socket)));
        endAll(socket, mode, pending);
    }

    /** The handshake may be over already on a loopback: then the connect is a success. */
    @ParameterizedTest
    @EnumSource
    void aConnect(CloseMode mode) throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        NativeSocket socket = port.socket(SocketType.TCP4);
        Connect connect = loop.submit(new Connect(socket, listener.localAddress()));
        Close close = loop.submit(close(socket, mode));
        loop.await(close);
        assertThat(loop.events().statusesOf(connect)).hasSize(1)
                .isSubsetOf(Status.OK, Status.CLOSED_LOCALLY);
        assertThat(loop.events().all().getLast().operation()).isSameAs(close);
    }

    /** Linux drops the SYN of a peer for which the backlog has no room. */
    @ParameterizedTest
    @EnumSource
    void aConnectThatIsNotAnsweredWithASendBehindIt(CloseMode mode) throws Exception {
        Needs.linux("elsewhere a full backlog refuses");
        Address full = fullListener();
        NativeSocket socket = port.socket(SocketType.TCP4);
        Connect connect = loop.submit(new Connect(socket, full));
        Send behind = loop.submit(new Send(socket).buffer(Pattern.allocate(port, 10)));
        loop.pollFor(Duration.ofMillis(20));
        endAll(socket, mode, List.of(connect, behind));
    }

    private Address fullListener() throws SystemCallException {
        NativeSocket listener = port.listen(OwnLoopback.at(0), 1);
        Address address = listener.localAddress();
        for (int i = 0; i < 10; i++) {
            NativeSocket client = port.socket(SocketType.TCP4);
            Connect connect = new Connect(client, address).timeout(Duration.ofMillis(250));
            if (loop.run(connect).status() == Status.DEADLINE) {
                return address;
            }
        }
        throw new AssertionError("the backlog of 1 took 10 connections");
    }

    @ParameterizedTest
    @EnumSource
    void sendsThatWaitForTheReader(CloseMode mode) throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, NARROW);
        NativeSocket socket = pair.client();
        Send half = loop.submit(new Send(socket).buffer(Pattern.allocate(port, MUCH)));
        Send behind = loop.submit(new Send(socket).buffer(Pattern.allocate(port, 10)));
        SendVectored vectored = new SendVectored(socket, 1).add(Pattern.allocate(port, 10));
        loop.submit(vectored);
        Shutdown shutdown = loop.submit(Shutdown.send(socket));
        Receive receive = loop.submit(new Receive(socket));
        loop.pollFor(Duration.ofMillis(20));
        Close close = loop.submit(close(socket, mode));
        Event closed = loop.await(close);
        Event sent = loop.events().lastOf(half);
        assertThat(sent.status()).isEqualTo(Status.OK);
        assertThat(sent.bytes()).isPositive().isLessThan(MUCH);
        for (Operation<?> each : List.of(behind, vectored, shutdown, receive)) {
            assertThat(loop.events().statusesOf(each)).as(each.toString())
                    .containsExactly(Status.CLOSED_LOCALLY);
        }
        assertThat(closed.status())
                .isEqualTo(mode == CloseMode.GRACEFUL ? Status.DEADLINE : Status.OK);
        assertThat(loop.events().all().getLast().operation()).isSameAs(close);
    }

    private void endAll(NativeSocket socket, CloseMode mode, List<? extends Operation<?>> pending) {
        loop.pollFor(Duration.ofMillis(20));
        for (Operation<?> each : pending) {
            assertThat(loop.events().of(each)).as("before the close: " + each).isEmpty();
        }
        Close close = loop.submit(close(socket, mode));
        assertThat(socket.isOpen()).isFalse();
        assertThat(socket.state()).isIn(NativeSocket.State.CLOSING, NativeSocket.State.CLOSED);
        assertThatIllegalStateException().isThrownBy(() -> port.submit(Readiness.readable(socket)))
                .withMessageContaining("close");
        loop.await(close);
        for (Operation<?> each : pending) {
            assertThat(loop.events().statusesOf(each)).as(each.toString())
                    .containsExactly(Status.CLOSED_LOCALLY);
        }
        assertThat(loop.events().all().getLast().operation()).isSameAs(close);
        assertThat(socket.state()).isEqualTo(NativeSocket.State.CLOSED);
    }

    private static Close close(NativeSocket socket, CloseMode mode) {
        return switch (mode) {
            case GRACEFUL -> Close.graceful(socket, TIMEOUT);
            case IMMEDIATE -> Close.immediate(socket);
            case ABORT -> Close.abort(socket);
        };
    }
}
