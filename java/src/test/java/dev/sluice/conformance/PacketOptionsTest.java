package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SendTo;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.TrafficClass;
import dev.sluice.conformance.HeaderTap.Header;
import dev.sluice.testing.OwnLoopback;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Options of the packets that a socket sends: what their headers have on the wire. */
class PacketOptionsTest extends ConformanceTest {
    private static final TrafficClass EXPEDITED = TrafficClass.dscp(46);

    private List<Header> headersOfDatagram(NativeSocket sender, Address at) throws Exception {
        NativeSocket receiver = port.datagrams(at);
        int from = sender.localAddress().port();
        HeaderTap tap = closeLater(HeaderTap.on(from));
        loop.run(new SendTo(sender).buffer(Pattern.allocate(port, 3))
                .to(receiver.localAddress()));
        loop.run(new Receive(receiver));
        return tap.headersFrom(from);
    }

    @Test
    void theTimeToLiveIsThatOfEachDatagram() throws Exception {
        NativeSocket sender = port.datagrams(OwnLoopback.at(0));
        assertThat(sender.set(SockOpt.TTL, 7).get(SockOpt.TTL)).isEqualTo(7);
        assertThat(headersOfDatagram(sender, OwnLoopback.at(0)))
                .extracting(Header::hops).containsExactly(7);
    }

    @Test
    void anIpv6SocketHasItForBothProtocols() throws Exception {
        NativeSocket sender = port.datagrams(Address.any6(0));
        assertThat(sender.set(SockOpt.TTL, 9).get(SockOpt.TTL)).isEqualTo(9);
        assertThat(headersOfDatagram(sender, Address.loopback6(0)))
                .extracting(Header::hops).containsExactly(9);
        assertThat(headersOfDatagram(sender, OwnLoopback.at(0)))
                .extracting(Header::hops).containsExactly(9);
    }

    @Test
    void theTrafficClassIsThatOfEachDatagram() throws Exception {
        Needs.linux("IP_TOS, which Windows ignores");
        for (TrafficClass wanted : List.of(EXPEDITED, new TrafficClass(10, 1))) {
            NativeSocket sender = port.datagrams(Address.any6(0));
            sender.set(SockOpt.TRAFFIC_CLASS, wanted);
            assertThat(sender.get(SockOpt.TRAFFIC_CLASS)).isEqualTo(wanted);
            assertThat(headersOfDatagram(sender, Address.loopback6(0)))
                    .extracting(Header::octet).containsExactly(wanted.octet());
            assertThat(headersOfDatagram(sender, OwnLoopback.at(0)))
                    .extracting(Header::octet).containsExactly(wanted.octet());
        }
    }

    @Test
    void everySegmentOfAConnectionHasThem() throws Exception {
        Needs.linux("IP_TOS, which Windows ignores");
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        HeaderTap tap = closeLater(HeaderTap.on(listener.localAddress().port()));
        NativeSocket client = port.socket(SocketType.TCP4).bind(OwnLoopback.at(0));
        client.set(SockOpt.TTL, 11).set(SockOpt.TRAFFIC_CLASS, EXPEDITED);
        Accept accept = loop.submit(new Accept(listener));
        loop.run(new Connect(client, listener.localAddress()));
        NativeSocket server = loop.await(accept).accepted();
        loop.run(new Send(client).buffer(Pattern.allocate(port, 100)));
        loop.run(new Receive(server));
        assertThat(tap.headersFrom(client.localAddress().port()))
                .hasSizeGreaterThan(2)
                .allMatch(header -> header.hops() == 11)
                .allMatch(header -> header.octet() == EXPEDITED.octet());
    }

    /** The ECN of TCP is the kernel's own. */
    @Test
    void aTrafficClassOfTcpKeepsItsEcn() throws Exception {
        Needs.linux("IP_TOS, which Windows ignores");
        NativeSocket tcp = port.socket(SocketType.TCP4);
        tcp.set(SockOpt.TRAFFIC_CLASS, new TrafficClass(46, 3));
        assertThat(tcp.get(SockOpt.TRAFFIC_CLASS).dscp()).isEqualTo(46);
        assertThat(tcp.get(SockOpt.TRAFFIC_CLASS).ecn()).isZero();
    }

    @Test
    void windowsHasNoTrafficClass() throws Exception {
        NativeSocket udp = port.socket(SocketType.UDP4);
        if (Needs.isLinux()) {
            assertThat(udp.get(SockOpt.TRAFFIC_CLASS)).isEqualTo(TrafficClass.DEFAULT);
            return;
        }
        assertThatThrownBy(() -> udp.set(SockOpt.TRAFFIC_CLASS, EXPEDITED))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> {
                    assertThat(failure.status()).isEqualTo(Status.UNSUPPORTED);
                    assertThat(failure).hasMessageContaining("TRAFFIC_CLASS")
                            .hasMessageContaining("policies for quality of service");
                });
    }

    @Test
    void dontFragmentIsSetAndRead() throws Exception {
        for (SocketType type : List.of(SocketType.UDP4, SocketType.UDP6)) {
            NativeSocket udp = port.socket(type);
            for (boolean value : new boolean[]{true, false, true}) {
                udp.set(SockOpt.DONTFRAGMENT, value);
                assertThat(udp.get(SockOpt.DONTFRAGMENT)).as("%s", type).isEqualTo(value);
            }
        }
    }

    @Test
    void valuesOutOfBoundsAreNamed() throws Exception {
        NativeSocket udp = port.socket(SocketType.UDP4);
        assertThatThrownBy(() -> udp.set(SockOpt.TTL, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("TTL of 0: use 1 to 255");
        assertThatThrownBy(() -> udp.set(SockOpt.MULTICAST_TTL, 256))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("MULTICAST_TTL of 256: use 0 to 255");
        assertThatThrownBy(() -> new TrafficClass(64, 0)).hasMessageContaining("DSCP of 64");
        assertThatThrownBy(() -> new TrafficClass(0, 4)).hasMessageContaining("ECN of 4");
    }
}
