package dev.sluice.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sluice.bench.load.DatagramBulk;
import dev.sluice.bench.load.Datagrams;
import dev.sluice.bench.load.Load;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One contract for all peers with datagram sockets. */
@Timeout(300)
class UdpPeersTest {
    private static final int BOUND_MILLIS = 60_000;
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(
            InetAddress.getLoopbackAddress(), 0);

    static Iterable<String> names() {
        return Peers.names(Task.UDP);
    }

    private static EchoPeer open(String name, InetSocketAddress address, int sockets)
            throws IOException {
        return OpenPeer.orSkip(name, () -> Peers.openUdp(name, Task.UDP, address, sockets));
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyByteComesBackOnEachSocket(String name) throws IOException {
        try (EchoPeer peer = open(name, ANY_PORT, 3)) {
            for (Load load : new Load[]{new Load(3, 8, 1), new Load(3, 64, 20),
                new Load(1, 2048, 16)}) {
                assertThat(Datagrams.check(peer.address(), load, 10))
                        .isEqualTo(10L * load.connections() * load.inFlight());
            }
        }
    }

    /** Netty's native transport leaves out the send of an empty datagram. */
    static List<String> namesWithoutNetty() {
        return Peers.names(Task.UDP).stream().filter(name -> !name.startsWith("netty")).toList();
    }

    @ParameterizedTest
    @MethodSource("namesWithoutNetty")
    void anEmptyDatagramComesBackToo(String name) throws IOException {
        try (EchoPeer peer = open(name, ANY_PORT, 1);
                DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(BOUND_MILLIS);
            for (int bytes : new int[]{0, 5, 0}) {
                socket.send(new DatagramPacket(new byte[bytes], bytes, peer.address()));
                DatagramPacket back = new DatagramPacket(new byte[100], 100);
                socket.receive(back);
                assertThat(back.getLength()).isEqualTo(bytes);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void servesOnOneThreadWhichEndsWithIt(String name) throws Exception {
        EchoPeer peer = open(name, ANY_PORT, 2);
        assertThat(peer.thread().isAlive()).isTrue();
        peer.close();
        peer.thread().join(BOUND_MILLIS);
        assertThat(peer.thread().isAlive()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aPortThatIsTakenIsRefused(String name) throws IOException {
        try (EchoPeer peer = open(name, ANY_PORT, 2)) {
            assertThatIOException().isThrownBy(
                    () -> Peers.openUdp(name, Task.UDP, peer.address(), 1).close());
        }
    }

    static Iterable<String> bulkNames() {
        return Peers.names(Task.UDP_BULK);
    }

    /** Each of the answers once and whole, on each socket; what asks for none, or for too many, gets none. */
    @ParameterizedTest
    @MethodSource("bulkNames")
    void answersWithAsManyDatagramsAsARequestAsksFor(String name) throws IOException {
        try (EchoPeer peer = OpenPeer.orSkip(name,
                () -> Peers.openUdp(name, Task.UDP_BULK, ANY_PORT, 3));
                DatagramBulk bulk = new DatagramBulk(peer.address(), 3);
                DatagramSocket socket = new DatagramSocket()) {
            assertThat(bulk.run(0).units()).isEqualTo(3L * BulkDatagrams.MOST);
            assertThat(bulk.run(0).units()).isEqualTo(3L * BulkDatagrams.MOST);
            socket.setSoTimeout(BOUND_MILLIS);
            for (int count : new int[]{0, BulkDatagrams.MOST + 1, 1, -1, 2}) {
                byte[] request = ByteBuffer.allocate(8).putInt(count).putInt(77).array();
                socket.send(new DatagramPacket(request, 8, peer.address()));
                for (int i = 0; i < count && count <= BulkDatagrams.MOST; i++) {
                    DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
                    socket.receive(answer);
                    assertThat(answer.getLength()).isEqualTo(BulkDatagrams.BYTES);
                    ByteBuffer head = ByteBuffer.wrap(answer.getData());
                    assertThat(head.getInt()).isEqualTo(i);
                    assertThat(head.getInt()).isEqualTo(77);
                }
            }
        }
    }
}
