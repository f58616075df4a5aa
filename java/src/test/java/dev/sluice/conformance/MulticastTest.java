package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.MulticastGroup;
import dev.sluice.NativeSocket;
import dev.sluice.ReceiveFrom;
import dev.sluice.SendTo;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.conformance.HeaderTap.Header;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.net.NetworkInterface;
import org.junit.jupiter.api.Test;

/**
 * Multicast on this machine alone: on the loopback interface of Linux; elsewhere with a time to live of 0,
 * which no datagram leaves the machine by.
 */
class MulticastTest extends ConformanceTest {
    /** A group of this process, of 239.0.0.0/8, which is for local use. */
    private static final String GROUP = "239" + OwnLoopback.HOST.substring(3);

    private static int index() throws Exception {
        return Needs.isLinux() ? NetworkInterface.getByName("lo").getIndex() : 0;
    }

    private static MulticastGroup group() throws Exception {
        return MulticastGroup.of(Address.of(GROUP, 0)).onInterface(index());
    }

    private NativeSocket member() throws Exception {
        return port.datagrams(Address.any(0));
    }

    /** Elsewhere than on Linux a sender at the loopback address would not reach other interfaces. */
    private NativeSocket sender() throws Exception {
        return sender(Needs.isLinux() ? OwnLoopback.at(0) : Address.any(0));
    }

    private NativeSocket sender(Address at) throws Exception {
        NativeSocket sender = port.datagrams(at);
        if (Needs.isLinux()) {
            return sender.set(SockOpt.MULTICAST_INTERFACE, index());
        }
        return sender.set(SockOpt.MULTICAST_TTL, 0);
    }

    private void send(NativeSocket from, int bytes, String host, NativeSocket member)
            throws Exception {
        Address to = Address.of(host, member.localAddress().port());
        Event sent = loop.run(new SendTo(from).buffer(Pattern.allocate(port, bytes)).to(to));
        assertThat(sent.status()).isEqualTo(Status.OK);
    }

    private int lengthOfNext(NativeSocket member) {
        MemorySegment memory = port.allocate(100).segment();
        return (int) loop.run(new ReceiveFrom(member).buffer(memory)).bytes();
    }

    @Test
    void aMemberReceivesWhatIsSentToItsGroupUntilItLeaves() throws Exception {
        NativeSocket member = member().set(SockOpt.MULTICAST_JOIN, group());
        NativeSocket sender = sender();
        send(sender, 3, GROUP, member);
        assertThat(lengthOfNext(member)).isEqualTo(3);
        member.set(SockOpt.MULTICAST_LEAVE, group());
        send(sender, 4, GROUP, member);
        send(sender, 5, "127.0.0.1", member);
        assertThat(lengthOfNext(member)).as("nothing of the group").isEqualTo(5);
    }

    @Test
    void aMemberOfOneSourceReceivesFromItAlone() throws Exception {
        Needs.linux("a second address on the loopback interface");
        NativeSocket wanted = sender();
        NativeSocket other = sender(Address.loopback(0));
        MulticastGroup group = group().from(wanted.localAddress());
        NativeSocket member = member().set(SockOpt.MULTICAST_JOIN, group);
        send(other, 3, GROUP, member);
        send(wanted, 4, GROUP, member);
        assertThat(lengthOfNext(member)).isEqualTo(4);
        member.set(SockOpt.MULTICAST_LEAVE, group);
        send(wanted, 5, GROUP, member);
        send(wanted, 6, "127.0.0.1", member);
        assertThat(lengthOfNext(member)).isEqualTo(6);
    }

    @Test
    void anIpv6SocketJoinsAGroupOfIpv4() throws Exception {
        Needs.linux("IPv6 sockets that join groups of IPv4");
        NativeSocket member = port.datagrams(Address.any6(0));
        member.set(SockOpt.MULTICAST_JOIN, group());
        send(sender(), 3, GROUP, member);
        assertThat(lengthOfNext(member)).isEqualTo(3);
    }

    @Test
    void joiningTwiceAndLeavingWithoutJoiningFail() throws Exception {
        NativeSocket member = member();
        assertThatThrownBy(() -> member.set(SockOpt.MULTICAST_LEAVE, group()))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> {
                    // Wine has EINVAL for it.
                    assertThat(failure.status())
                            .isIn(Status.ADDRESS_UNAVAILABLE, Status.INVALID);
                    assertThat(failure).hasMessageContaining("MULTICAST_LEAVE")
                            .hasMessageContaining(GROUP)
                            .hasMessageContaining("leave a group that was joined");
                });
        if (!Needs.isLinux()) {
            return; // Windows has other codes for a second join, by version.
        }
        member.set(SockOpt.MULTICAST_JOIN, group());
        assertThatThrownBy(() -> member.set(SockOpt.MULTICAST_JOIN, group()))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> {
                    assertThat(failure.status()).isEqualTo(Status.ADDRESS_IN_USE);
                    assertThat(failure).hasMessageContaining("join each group once");
                });
    }

    @Test
    void anInterfaceThatIsNotThereIsNamed() throws Exception {
        Needs.linux("its indices of interfaces");
        MulticastGroup nowhere = group().onInterface(1 << 20);
        for (NativeSocket socket : new NativeSocket[]{member(),
            port.socket(SocketType.UDP6)}) {
            assertThatThrownBy(() -> socket.set(SockOpt.MULTICAST_JOIN, nowhere))
                    .isInstanceOfSatisfying(SystemCallException.class, failure -> {
                        assertThat(failure.status()).isEqualTo(Status.INVALID);
                        assertThat(failure).hasMessageContaining("interfaceIndex=1048576")
                                .hasMessageContaining("on an interface that exists");
                    });
        }
    }

    @Test
    void aMembershipCannotBeRead() throws Exception {
        NativeSocket member = member();
        assertThatThrownBy(() -> member.get(SockOpt.MULTICAST_JOIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cannot get MULTICAST_JOIN: the kernel reports no memberships");
    }

    @Test
    void whatIsNoGroupIsNamed() {
        Address group = Address.of(GROUP, 0);
        assertThatThrownBy(() -> MulticastGroup.of(Address.loopback(0)))
                .hasMessageContaining("use an address of 224.0.0.0/4 or ff00::/8");
        assertThatThrownBy(() -> MulticastGroup.of(group).onInterface(-1))
                .hasMessageContaining("interface -1: use the index");
        assertThatThrownBy(() -> MulticastGroup.of(group).from(Address.loopback6(0)))
                .hasMessageContaining("use an address of the same family");
        assertThat(MulticastGroup.of(Address.of("ff02::1%7", 0)).interfaceIndex()).isEqualTo(7);
    }

    @Test
    void theTimeToLiveAndTheLoopOfAGroupAreTheirOwn() throws Exception {
        for (SocketType type : new SocketType[]{SocketType.UDP4, SocketType.UDP6}) {
            NativeSocket udp = port.socket(type);
            int unicast = udp.get(SockOpt.TTL);
            assertThat(udp.get(SockOpt.MULTICAST_TTL)).isEqualTo(1);
            assertThat(udp.set(SockOpt.MULTICAST_TTL, 5).get(SockOpt.MULTICAST_TTL)).isEqualTo(5);
            assertThat(udp.get(SockOpt.TTL)).isEqualTo(unicast);
            assertThat(udp.get(SockOpt.MULTICAST_LOOP)).isTrue();
            assertThat(udp.set(SockOpt.MULTICAST_LOOP, false).get(SockOpt.MULTICAST_LOOP))
                    .isFalse();
        }
    }

    @Test
    void aDatagramToAGroupHasTheTimeToLiveOfMulticast() throws Exception {
        Needs.linux("packet capture");
        NativeSocket member = member().set(SockOpt.MULTICAST_JOIN, group());
        NativeSocket sender = sender().set(SockOpt.MULTICAST_TTL, 5).set(SockOpt.TTL, 9);
        int from = sender.localAddress().port();
        HeaderTap tap = closeLater(HeaderTap.on(from));
        send(sender, 3, GROUP, member);
        assertThat(lengthOfNext(member)).isEqualTo(3);
        assertThat(tap.headersFrom(from)).extracting(Header::hops).containsExactly(5);
    }

    @Test
    void theInterfaceIsReadOfIpv6() throws Exception {
        Needs.linux("indices of interfaces, which Wine does not know");
        NativeSocket six = port.socket(SocketType.UDP6);
        assertThat(six.set(SockOpt.MULTICAST_INTERFACE, index()).get(SockOpt.MULTICAST_INTERFACE))
                .isEqualTo(index());
        NativeSocket four = port.socket(SocketType.UDP4);
        four.set(SockOpt.MULTICAST_INTERFACE, index());
        assertThatThrownBy(() -> four.get(SockOpt.MULTICAST_INTERFACE))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.UNSUPPORTED));
    }
}
