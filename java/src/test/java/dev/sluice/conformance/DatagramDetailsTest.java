package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.NativeSocket;
import dev.sluice.ReceiveFrom;
import dev.sluice.SendTo;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.TrafficClass;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What options report of each datagram that arrives, and the source of an answer. */
class DatagramDetailsTest extends ConformanceTest {
    private static final TrafficClass MARKED = new TrafficClass(10, 3);

    private ReceiveFrom receive(NativeSocket socket) {
        ReceiveFrom receive = new ReceiveFrom(socket).buffer(port.allocate(4096).segment());
        assertThat(loop.run(receive).status()).isEqualTo(Status.OK);
        return receive;
    }

    private void send(NativeSocket from, int bytes, String host, NativeSocket to)
            throws Exception {
        Address at = Address.of(host, to.localAddress().port());
        Event sent = loop.run(new SendTo(from).buffer(Pattern.allocate(port, bytes)).to(at));
        assertThat(sent.status()).isEqualTo(Status.OK);
    }

    /** Any address of the loopback is this machine's; the one that was meant is reported. */
    @Test
    void theDestinationAndTheInterfaceAreThoseOfTheDatagram() throws Exception {
        NativeSocket four = port.datagrams(Address.any(0)).set(SockOpt.PKTINFO, true);
        NativeSocket six = port.datagrams(Address.any6(0)).set(SockOpt.PKTINFO, true);
        assertThat(four.get(SockOpt.PKTINFO)).isTrue();
        NativeSocket sender = port.datagrams(Address.any6(0));
        for (String host : new String[]{"127.0.0.1", OwnLoopback.HOST}) {
            for (NativeSocket socket : new NativeSocket[]{four, six}) {
                send(sender, 3, host, socket);
                ReceiveFrom received = receive(socket);
                assertThat(received.destination()).isEqualTo(Address.of(host, 0));
                assertThat(received.destination()).isSameAs(received.destination());
                assertThat(received.source().port()).isEqualTo(sender.localAddress().port());
            }
        }
        send(sender, 3, "::1", six);
        ReceiveFrom received = receive(six);
        assertThat(received.destination()).isEqualTo(Address.loopback6(0));
        assertThat(received.ttl()).isEqualTo(-1);
        assertThat(received.trafficClass()).isNull();
        if (Needs.isLinux()) {
            assertThat(received.interfaceIndex())
                    .isEqualTo(NetworkInterface.getByName("lo").getIndex());
        }
    }

    @Test
    void theTimeToLiveIsThatOfTheDatagram() throws Exception {
        NativeSocket sender = port.datagrams(Address.any6(0)).set(SockOpt.TTL, 7);
        NativeSocket six = port.datagrams(Address.any6(0)).set(SockOpt.RECVTTL, true);
        NativeSocket four = port.datagrams(Address.any(0)).set(SockOpt.RECVTTL, true);
        send(sender, 3, "127.0.0.1", four);
        assertThat(receive(four).ttl()).isEqualTo(7);
        send(sender, 3, "::1", six);
        ReceiveFrom received = receive(six);
        assertThat(received.ttl()).isEqualTo(7);
        assertThat(received.destination()).as("not asked for").isNull();
        assertThat(received.interfaceIndex()).isZero();
    }

    @Test
    void anIpv6SocketReportsTheTimeToLiveOfIpv4() throws Exception {
        Needs.linux("the time to live of IPv4 on an IPv6 socket");
        NativeSocket sender = port.datagrams(Address.any(0)).set(SockOpt.TTL, 7);
        NativeSocket six = port.datagrams(Address.any6(0)).set(SockOpt.RECVTTL, true);
        send(sender, 3, "127.0.0.1", six);
        assertThat(receive(six).ttl()).isEqualTo(7);
    }

    @Test
    void theTrafficClassIsThatOfTheDatagram() throws Exception {
        Needs.linux("IP_TOS, which Windows ignores");
        NativeSocket sender = port.datagrams(Address.any6(0));
        sender.set(SockOpt.TRAFFIC_CLASS, MARKED);
        NativeSocket six = port.datagrams(Address.any6(0)).set(SockOpt.RECVTOS, true);
        NativeSocket four = port.datagrams(Address.any(0)).set(SockOpt.RECVTOS, true);
        send(sender, 3, "127.0.0.1", four);
        assertThat(receive(four).trafficClass()).isEqualTo(MARKED);
        send(sender, 3, "127.0.0.1", six);
        assertThat(receive(six).trafficClass()).isEqualTo(MARKED);
        send(sender, 3, "::1", six);
        ReceiveFrom received = receive(six);
        assertThat(received.trafficClass()).isEqualTo(MARKED);
        sender.set(SockOpt.TRAFFIC_CLASS, TrafficClass.DEFAULT);
        send(sender, 3, "::1", six);
        assertThat(receive(six).trafficClass()).isEqualTo(TrafficClass.DEFAULT);
    }

    @Test
    void allComeTogetherAndEndTogether() throws Exception {
        Needs.linux("all three of them");
        NativeSocket sender = port.datagrams(Address.any6(0)).set(SockOpt.TTL, 7);
        sender.set(SockOpt.TRAFFIC_CLASS, MARKED);
        NativeSocket six = port.datagrams(Address.any6(0)).set(SockOpt.PKTINFO, true)
                .set(SockOpt.RECVTTL, true).set(SockOpt.RECVTOS, true);
        for (String host : new String[]{"::1", OwnLoopback.HOST}) {
            send(sender, 3, host, six);
            ReceiveFrom received = receive(six);
            assertThat(received.destination()).isEqualTo(Address.of(host, 0));
            assertThat(received.ttl()).isEqualTo(7);
            assertThat(received.trafficClass()).isEqualTo(MARKED);
        }
        six.set(SockOpt.PKTINFO, false).set(SockOpt.RECVTTL, false).set(SockOpt.RECVTOS, false);
        send(sender, 3, "::1", six);
        ReceiveFrom received = receive(six);
        assertThat(received.destination()).isNull();
        assertThat(received.ttl()).isEqualTo(-1);
        assertThat(received.trafficClass()).isNull();
    }

    /** An option that is set while receives wait holds for those that begin afterwards. */
    @Test
    void aReceiveThatWaitsAlreadyIsNotHarmed() throws Exception {
        NativeSocket socket = port.datagrams(OwnLoopback.at(0));
        ReceiveFrom waiting = new ReceiveFrom(socket).buffer(port.allocate(64).segment());
        loop.submit(waiting);
        loop.pollFor(Duration.ofMillis(5));
        socket.set(SockOpt.PKTINFO, true);
        NativeSocket sender = port.datagrams(OwnLoopback.at(0));
        send(sender, 3, OwnLoopback.HOST, socket);
        assertThat(loop.await(waiting).bytes()).isEqualTo(3);
        assertThat(waiting.source()).isEqualTo(sender.localAddress());
        send(sender, 4, OwnLoopback.HOST, socket);
        assertThat(receive(socket).destination()).isEqualTo(OwnLoopback.at(0));
    }

    @Test
    void theyComeTogetherWithSeveralDatagramsInOneReceive() throws Exception {
        Needs.linux("UDP_GRO");
        Needs.nativeX86("UDP_GRO");
        NativeSocket socket = port.datagrams(Address.any(0)).set(SockOpt.UDP_GRO, true)
                .set(SockOpt.PKTINFO, true).set(SockOpt.RECVTTL, true);
        NativeSocket sender = port.datagrams(OwnLoopback.at(0)).set(SockOpt.TTL, 9);
        SendTo send = new SendTo(sender).buffer(Pattern.allocate(port, 2500)).segmentBytes(1000)
                .to(OwnLoopback.at(socket.localAddress().port()));
        assertThat(loop.run(send).status()).isEqualTo(Status.OK);
        ReceiveFrom received = receive(socket);
        assertThat(received.bytes()).isEqualTo(2500);
        assertThat(received.segmentBytes()).isEqualTo(1000);
        assertThat(received.destination()).isEqualTo(OwnLoopback.at(0));
        assertThat(received.ttl()).isEqualTo(9);
    }

    @Test
    void anAnswerComesFromWhereTheQuestionWent() throws Exception {
        Needs.linux("a second address on the loopback interface");
        for (Address any : new Address[]{Address.any(0), Address.any6(0)}) {
            NativeSocket server = port.datagrams(any).set(SockOpt.PKTINFO, true);
            NativeSocket client = port.datagrams(Address.loopback(0));
            send(client, 3, OwnLoopback.HOST, server);
            ReceiveFrom asked = receive(server);
            MemorySegment bytes = Pattern.allocate(port, 5);
            SendTo plain = new SendTo(server).buffer(bytes).toSourceOf(asked);
            assertThat(loop.run(plain).status()).isEqualTo(Status.OK);
            assertThat(receive(client).source()).as("the kernel's choice")
                    .isEqualTo(Address.loopback(server.localAddress().port()));
            SendTo answer = new SendTo(server).buffer(bytes).toSourceOf(asked)
                    .source(Objects.requireNonNull(asked.destination()));
            assertThat(loop.run(answer).status()).isEqualTo(Status.OK);
            assertThat(receive(client).source())
                    .isEqualTo(OwnLoopback.at(server.localAddress().port()));
            answer.source(Address.any(0));
            assertThat(loop.run(answer).status()).isEqualTo(Status.OK);
            assertThat(receive(client).source())
                    .isEqualTo(Address.loopback(server.localAddress().port()));
        }
    }

    @Test
    void anAnswerOfIpv6HasItsSourceToo() throws Exception {
        NativeSocket server = port.datagrams(Address.any6(0));
        NativeSocket client = port.datagrams(Address.loopback6(0));
        SendTo answer = new SendTo(server).buffer(Pattern.allocate(port, 5))
                .to(client.localAddress()).source(Address.loopback6(0));
        assertThat(loop.run(answer).status()).isEqualTo(Status.OK);
        assertThat(receive(client).source())
                .isEqualTo(Address.loopback6(server.localAddress().port()));
    }

    @Test
    void anAnswerOfSeveralDatagramsHasItsSourceToo() throws Exception {
        Needs.linux("UDP_SEGMENT");
        Needs.nativeX86("UDP_SEGMENT");
        NativeSocket four = port.datagrams(Address.any(0));
        NativeSocket peer = port.datagrams(Address.loopback(0));
        SendTo segments = new SendTo(four).buffer(Pattern.allocate(port, 1500))
                .segmentBytes(1000).to(peer.localAddress()).source(OwnLoopback.at(0));
        assertThat(loop.run(segments).status()).isEqualTo(Status.OK);
        for (int bytes : new int[]{1000, 500}) {
            ReceiveFrom received = receive(peer);
            assertThat(received.bytes()).isEqualTo(bytes);
            assertThat(received.source())
                    .isEqualTo(OwnLoopback.at(four.localAddress().port()));
        }
    }

    @Test
    void aSourceThatThisMachineLacksFailsAndOneOfAnotherFamilyIsRefused() throws Exception {
        NativeSocket four = port.datagrams(OwnLoopback.at(0));
        SendTo send = new SendTo(four).buffer(Pattern.allocate(port, 5)).to(OwnLoopback.at(9));
        assertThatThrownBy(() -> send.source(Address.loopback6(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use an address of the socket's family");
        Needs.linux("its checks of a source");
        NativeSocket unix = port.socket(SocketType.UNIX_DATAGRAM);
        assertThatThrownBy(() -> new SendTo(unix).source(Address.loopback(0)))
                .isInstanceOf(IllegalArgumentException.class);
        send.source(Address.of("203.0.113.7", 0));
        assertThat(loop.run(send).status()).isIn(
                Status.UNREACHABLE, Status.INVALID, Status.ADDRESS_UNAVAILABLE);
    }
}
