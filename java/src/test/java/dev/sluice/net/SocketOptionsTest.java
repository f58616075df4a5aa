package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.MulticastGroup;
import dev.sluice.NativeSocket;
import dev.sluice.SockOpt;
import dev.sluice.Status;
import dev.sluice.conformance.Needs;
import dev.sluice.testing.OwnLoopback;
import java.net.NetworkInterface;
import org.junit.jupiter.api.Test;

/** Options of the net layer's sockets, before they are bound or connected and afterwards. */
class SocketOptionsTest extends NetTest {
    /** Documentation has it alone (RFC 5737), so no interface does. */
    private static final Address NOT_HERE = Address.of("203.0.113.7", 0);

    private static final SockOpt<Integer> MAX_SEGMENT = SockOpt.rawInt("TCP_MAXSEG", 6, 2);

    private DatagramsOptions datagrams(SocketControl control) {
        return DatagramsOptions.DEFAULT.group(group).control(control);
    }

    private static void bindsFreely(NativeSocket socket) throws dev.sluice.SystemCallException {
        socket.set(SockOpt.FREEBIND, true);
    }

    @Test
    void whatMustPrecedeTheBindIsSetBefore() throws Exception {
        Needs.linux("IP_FREEBIND");
        assertThatThrownBy(() -> Datagrams.bind(NOT_HERE, group))
                .isInstanceOfSatisfying(NetException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.ADDRESS_UNAVAILABLE));
        try (Datagrams free = Datagrams.bind(
                NOT_HERE, datagrams(SocketOptionsTest::bindsFreely))) {
            assertThat(free.localAddress().toString()).startsWith("203.0.113.7:");
        }
        try (Datagrams free = Datagrams.bind(
                "203.0.113.7:0", datagrams(SocketOptionsTest::bindsFreely))) {
            assertThat(free.get(SockOpt.FREEBIND)).isTrue();
        }
        try (Listener free = Listener.open(
                NOT_HERE, listening().control(SocketOptionsTest::bindsFreely))) {
            assertThat(free.address().toString()).startsWith("203.0.113.7:");
        }
    }

    @Test
    void bothEndsOfAConnectionHaveThem() throws Exception {
        Needs.linux("TCP_MAXSEG");
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT,
                listening().control(socket -> socket.set(MAX_SEGMENT, 700)));
                Connection client = dialer()
                        .control(socket -> socket.set(SockOpt.TTL, 21).set(MAX_SEGMENT, 600))
                        .dial(listener.address());
                Connection server = listener.accept()) {
            assertThat(client.get(SockOpt.TTL)).isEqualTo(21);
            assertThat(server.get(MAX_SEGMENT)).as("of both the smaller").isLessThanOrEqualTo(600);
            client.set(SockOpt.TTL, 22);
            assertThat(client.get(SockOpt.TTL)).isEqualTo(22);
        }
    }

    @Test
    void anOptionOfDatagramsIsSetAndReadAfterTheBind() throws Exception {
        try (Datagrams socket = Datagrams.bind(OwnLoopback.at(0), group)) {
            socket.set(SockOpt.TTL, 9);
            assertThat(socket.get(SockOpt.TTL)).isEqualTo(9);
            assertThatThrownBy(() -> socket.set(SockOpt.NODELAY, true))
                    .isInstanceOf(NetException.class)
                    .hasMessageContaining("set NODELAY of");
        }
    }

    @Test
    void aGroupIsJoinedAfterTheBind() throws Exception {
        Needs.linux("multicast on the loopback interface");
        int lo = NetworkInterface.getByName("lo").getIndex();
        Address at = Address.of("239" + OwnLoopback.HOST.substring(3), 0);
        try (Datagrams member = Datagrams.bind(":0", group, Resolver.SYSTEM);
                Datagrams sender = Datagrams.bind(OwnLoopback.at(0), group)) {
            member.set(SockOpt.MULTICAST_JOIN, MulticastGroup.of(at).onInterface(lo));
            sender.set(SockOpt.MULTICAST_INTERFACE, lo);
            sender.send(new byte[3], 0, 3, at.withPort(member.localAddress().port()));
            assertThat(member.receive(new byte[10]).length()).isEqualTo(3);
        }
    }

    @Test
    void whatTheHookCannotSetIsTheCause() {
        assertThatThrownBy(() -> Datagrams.bind(OwnLoopback.at(0),
                datagrams(socket -> socket.set(SockOpt.rawInt("NONESUCH", 17, 12_345), 1))))
                .isInstanceOf(NetException.class)
                .cause().hasMessageContaining("NONESUCH = 1: ");
        assertThatThrownBy(() -> Datagrams.bind(OwnLoopback.at(0), datagrams(socket -> {
            throw new AssertionError("as the test wants it");
        }))).hasStackTraceContaining("as the test wants it");
    }
}
