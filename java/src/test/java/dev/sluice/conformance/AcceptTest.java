package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Accepting: many at once, one after the other, and the ways in which it ends. */
class AcceptTest extends ConformanceTest {
    private List<Accept> submitAccepts(NativeSocket listener, int count) {
        List<Accept> accepts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            accepts.add(loop.submit(new Accept(listener)));
        }
        return accepts;
    }

    private List<Connect> submitConnects(Address to, int count) throws SystemCallException {
        List<Connect> connects = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            NativeSocket client = port.socket(SocketType.streamFor(to));
            connects.add(loop.submit(new Connect(client, to)));
        }
        return connects;
    }

    @Test
    @Tag("aarch64")
    void aHundredAcceptsInFlightEachGetAConnection() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        List<Accept> accepts = submitAccepts(listener, 100);
        Map<Integer, NativeSocket> clients = new HashMap<>();
        for (Connect connect : submitConnects(listener.localAddress(), 100)) {
            assertThat(loop.await(connect).status()).isEqualTo(Status.OK);
            clients.put(connect.socket().localAddress().port(), connect.socket());
        }
        Set<NativeSocket> servers = new HashSet<>();
        for (Accept accept : accepts) {
            Event event = loop.await(accept);
            assertThat(event.status()).isEqualTo(Status.OK);
            servers.add(event.accepted());
        }
        assertThat(servers).hasSize(100);
        // Each has the peer that it says: a byte sent on one end comes out at the other.
        for (NativeSocket server : servers) {
            NativeSocket client = clients.remove(server.peerAddress().port());
            assertThat(client).isNotNull();
            int tag = server.peerAddress().port();
            var bytes = port.allocate(Integer.BYTES).segment();
            bytes.set(ValueLayout.JAVA_INT, 0, tag);
            loop.run(new Send(client).buffer(bytes));
            Event received = loop.run(new Receive(server));
            assertThat(received.data().get(ValueLayout.JAVA_INT_UNALIGNED, 0))
                    .isEqualTo(tag);
        }
    }

    @Test
    void acceptsEndInTheOrderOfTheirSubmissionAndTakeTheOldestConnectionFirst() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            PlainPeer peer = closeLater(PlainPeer.connect(listener.localAddress()));
            peer.write("number " + i);
            ports.add(peer.localPort());
        }
        List<Accept> accepts = submitAccepts(listener, 5);
        loop.await(accepts.getLast());
        List<Event> events = loop.events().all();
        assertThat(events.stream().map(Event::operation)).containsExactlyElementsOf(accepts);
        for (int i = 0; i < 5; i++) {
            NativeSocket accepted = accepts.get(i).accepted();
            assertThat(accepted.peerAddress().port()).isEqualTo(ports.get(i));
            assertThat(loop.run(new Receive(accepted)).text()).isEqualTo("number " + i);
        }
    }

    @Test
    @Tag("aarch64")
    void closingAListenerEndsEachPendingAcceptOnceAndThenTheClose() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Address address = listener.localAddress();
        List<Accept> accepts = submitAccepts(listener, 20);
        Accept multishot = loop.submit(new Accept(listener).multishot());
        loop.pollFor(Duration.ofMillis(10));
        Close close = loop.submit(Close.immediate(listener));
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
        for (Accept accept : accepts) {
            assertThat(loop.events().statusesOf(accept)).containsExactly(Status.CLOSED_LOCALLY);
        }
        assertThat(loop.events().statusesOf(multishot)).containsExactly(Status.CLOSED_LOCALLY);
        assertThat(loop.events().all().getLast().operation()).isSameAs(close);
        Address nobody = Nobody.listensAt(port, address);
        NativeSocket client = port.socket(SocketType.TCP4);
        assertThat(loop.run(new Connect(client, nobody)).status()).isEqualTo(Status.REFUSED);
    }

    @Test
    void acceptsOnAClosedListenerAreRefusedBySubmit() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        loop.run(Close.immediate(listener));
        assertThatThrownBy(() -> loop.submit(new Accept(listener)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("close");
    }

    @Test
    void acceptOnASocketThatDoesNotListenIsInvalid() throws Exception {
        NativeSocket socket = port.socket(SocketType.TCP4);
        assertThat(loop.run(new Accept(socket)).status()).isEqualTo(Status.INVALID);
    }

    @Test
    void aConnectionThatIsResetBeforeItIsAcceptedDoesNotEndTheListener() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        PlainPeer gone = PlainPeer.connect(listener.localAddress(), 0, PlainPeer.Kind.RESETS);
        gone.reset();
        gone.close();
        PlainPeer peer = closeLater(PlainPeer.connect(listener.localAddress()));
        Accept accept = loop.submit(new Accept(listener).multishot());
        // Linux hands out the dead connection too, Windows passes it over.
        loop.until("the connection that lives", () -> loop.events().of(accept).stream()
                .anyMatch(event -> isFrom(event, peer)));
        assertThat(loop.events().of(accept)).allMatch(Event::hasMore);
        for (Event event : loop.events().of(accept)) {
            if (!isFrom(event, peer)) {
                assertThat(loop.run(new Receive(event.accepted())).status())
                        .isEqualTo(Status.RESET);
            }
        }
        peer.write("alive");
        NativeSocket living = loop.events().lastOf(accept).accepted();
        assertThat(loop.run(new Receive(living)).text()).isEqualTo("alive");
    }

    private static boolean isFrom(Event accepted, PlainPeer peer) {
        try {
            return accepted.accepted().peerAddress().port() == peer.localPort();
        } catch (SystemCallException alreadyGone) {
            assertThat(alreadyGone.status()).isEqualTo(Status.NOT_CONNECTED);
            return false;
        }
    }

    @Test
    @Tag("aarch64")
    void multishotAcceptHasMoreUntilItIsCancelledOnce() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Accept accept = loop.submit(new Accept(listener).multishot());
        List<Connect> connects = submitConnects(listener.localAddress(), 50);
        connects.forEach(connect -> loop.await(connect));
        loop.until("50 connections", () -> loop.events().of(accept).size() == 50);
        assertThat(loop.events().of(accept)).allMatch(Event::hasMore);
        assertThat(accept.isPending()).isTrue();
        port.cancel(accept);
        assertThat(loop.await(accept).status()).isEqualTo(Status.CANCELLED);
        assertThat(loop.events().of(accept)).hasSize(51);
        assertThat(loop.events().of(accept).stream().map(Event::accepted).limit(50)
                .distinct()).hasSize(50);
        // The listener stays usable, for one and for many.
        submitConnects(listener.localAddress(), 1);
        assertThat(loop.run(new Accept(listener)).status()).isEqualTo(Status.OK);
    }

    @Test
    void theEndOfAMultishotAcceptBringsNoSocketAndLeavesThoseOfBefore() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Accept accept = loop.submit(new Accept(listener).multishot());
        submitConnects(listener.localAddress(), 1);
        loop.until("a connection", () -> loop.events().of(accept).size() == 1);
        NativeSocket accepted = accept.accepted();
        loop.run(Close.immediate(accepted));
        port.cancel(accept);
        assertThat(loop.await(accept).status()).isEqualTo(Status.CANCELLED);
        assertThat(accepted.state()).isEqualTo(NativeSocket.State.CLOSED);
        assertThatThrownBy(accept::accepted)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has no accepted socket");
    }

    @Test
    void aCancelledAcceptLeavesTheOthersAndTheListener() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        List<Accept> accepts = submitAccepts(listener, 3);
        loop.pollFor(Duration.ofMillis(5));
        port.cancel(accepts.get(0));
        assertThat(loop.await(accepts.get(0)).status()).isEqualTo(Status.CANCELLED);
        submitConnects(listener.localAddress(), 2);
        assertThat(loop.await(accepts.get(1)).status()).isEqualTo(Status.OK);
        assertThat(loop.await(accepts.get(2)).status()).isEqualTo(Status.OK);
    }

    @Test
    void anAcceptEndsAtItsDeadlineAndTheNextOneSucceeds() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Accept accept = new Accept(listener).timeout(Duration.ofMillis(20));
        assertThat(loop.run(accept).status()).isEqualTo(Status.DEADLINE);
        loop.submit(accept.timeout(Duration.ZERO));
        submitConnects(listener.localAddress(), 1);
        assertThat(loop.await(accept).status()).isEqualTo(Status.OK);
    }

    @Test
    void whatABacklogHeldIsAcceptedWithAllItsBytesAfterMoreCameThanFit() throws Exception {
        FullBacklog full = FullBacklog.make(loop);
        List<NativeSocket> connected = full.waiting().stream()
                .filter(client -> client.state() == NativeSocket.State.CONNECTED)
                .toList();
        assertThat(connected).isNotEmpty();
        var pattern = Pattern.allocate(port, 1000);
        for (NativeSocket client : connected) {
            assertThat(loop.run(new Send(client).buffer(pattern)).bytes()).isEqualTo(1000);
        }
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < connected.size(); i++) {
            NativeSocket server = loop.run(new Accept(full.listener())).accepted();
            ports.add(server.peerAddress().port());
            Event received = loop.run(new Receive(server));
            assertThat(received.bytes()).isEqualTo(1000);
            Pattern.check(received.data(), 0);
        }
        for (NativeSocket client : connected) {
            assertThat(ports).contains(client.localAddress().port());
        }
    }

    @Test
    void connectsBeyondTheBacklogSucceedOnceThereIsRoom() throws Exception {
        FullBacklog full = FullBacklog.make(loop);
        Accept accept = loop.submit(new Accept(full.listener()).multishot());
        // Linux sends the dropped SYN again after a second. It may then answer with a cookie, and
        // knows of the connection only when the client's first byte comes.
        var pattern = Pattern.allocate(port, 1);
        for (NativeSocket client : full.waiting()) {
            assertThat(loop.run(new Send(client).buffer(pattern)).status()).isEqualTo(Status.OK);
        }
        int all = full.waiting().size();
        loop.until("all to be accepted", () -> loop.events().of(accept).size() == all);
    }

    @Test
    void acceptsStopAtThePortsLimitOfSocketsAndContinueWhenOneIsClosed() throws Exception {
        PortOptions few = options().maxOperations(100).maxSockets(4);
        Loop small = openLoop(few);
        NativeSocket listener = small.port().listen(OwnLoopback.at(0));
        submitConnects(listener.localAddress(), 5);
        Accept accept = small.submit(new Accept(listener).multishot());
        small.until("the limit", () -> small.events().of(accept).size() == 4);
        assertThat(small.events().lastOf(accept).status()).isEqualTo(Status.OUT_OF_DESCRIPTORS);
        assertThat(small.events().of(accept)).allMatch(Event::hasMore);
        small.pollFor(Duration.ofMillis(20));
        NativeSocket one = small.events().of(accept).getFirst().accepted();
        small.run(Close.immediate(one));
        small.until("a fourth connection", () -> small.events().of(accept).stream()
                .filter(event -> event.status() == Status.OK).count() == 4);
    }

    @Test
    void whatTheListenerWasSetToHoldsForItsConnections() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        listener.set(SockOpt.KEEPALIVE, true).set(SockOpt.RCVBUF, 8192);
        submitConnects(listener.localAddress(), 1);
        NativeSocket accepted = loop.run(new Accept(listener)).accepted();
        assertThat(accepted.get(SockOpt.KEEPALIVE)).isTrue();
        assertThat(accepted.get(SockOpt.RCVBUF)).isEqualTo(listener.get(SockOpt.RCVBUF));
    }

    @Test
    void listenAtATakenAddressFailsAndLeavesNothingOpen() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Address taken = listener.localAddress();
        Descriptors before = Descriptors.now();
        assertThatThrownBy(() -> port.listen(taken))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> {
                    assertThat(failure.status()).isEqualTo(Status.ADDRESS_IN_USE);
                    assertThat(failure).hasMessageContaining(taken.toString());
                });
        assertThatThrownBy(() -> port.listen(OwnLoopback.at(0), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("backlog of 0");
        before.awaitNoneMore();
    }

    @Test
    void listenAtAnAddressOfAnotherMachineIsUnavailable() throws Exception {
        // TEST-NET-3 of RFC 5737, which no machine has.
        assertThatThrownBy(() -> port.listen(Address.of("203.0.113.1", 0)))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.ADDRESS_UNAVAILABLE));
    }
}
