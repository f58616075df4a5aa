package dev.sluice.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.load.BulkReceive;
import dev.sluice.bench.load.BulkSend;
import dev.sluice.bench.load.FanOut;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One contract for all peers and for each task that is no echo. */
@Timeout(300) // a peer that stalls fails its test instead of the build
class PeerTasksTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(
            InetAddress.getLoopbackAddress(), 0);
    private static final long MILLI = 1_000_000;

    static Iterable<String> receivers() {
        return Peers.names(Task.RECEIVE);
    }

    static Iterable<String> senders() {
        return Peers.names(Task.SEND);
    }

    static Iterable<String> fanners() {
        return Peers.names(Task.FAN_OUT);
    }

    static Stream<Arguments> all() {
        return Stream.of(Task.RECEIVE, Task.SEND, Task.FAN_OUT).flatMap(
                task -> Peers.names(task).stream().map(name -> Arguments.of(name, task)));
    }

    private static EchoPeer open(String name, Task task) throws IOException {
        return OpenPeer.orSkip(name, () -> Peers.open(name, task, ANY_PORT));
    }

    @ParameterizedTest
    @MethodSource("receivers")
    void aReceiverTakesAllAndClosesAtTheEnd(String name) throws IOException {
        try (EchoPeer peer = open(name, Task.RECEIVE)) {
            checkReceiver(peer);
        }
    }

    /** The server closes once it has received everything; bytes that it sent would fail the run. */
    private static void checkReceiver(EchoPeer peer) throws IOException {
        try (BulkReceive bulk = new BulkReceive(peer.address())) {
            assertThat(bulk.run(50_000_001, 60_000 * MILLI).units()).isEqualTo(50_000_001);
            assertThat(bulk.run(1, 60_000 * MILLI).units()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("senders")
    void aSenderSendsTheRequestedBytesAndThenTheNext(String name) throws IOException {
        try (EchoPeer peer = open(name, Task.SEND)) {
            checkSender(peer);
        }
    }

    private static void checkSender(EchoPeer peer) throws IOException {
        try (BulkSend bulk = new BulkSend(peer.address())) {
            for (long bytes : new long[]{1, 65_536, 65_537, 0, 50_000_001, 7}) {
                assertThat(bulk.runWhole(bytes).units()).isEqualTo(bytes);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("senders")
    void aNumberMayComeInPiecesAndSeveralAtOnce(String name) throws IOException {
        try (EchoPeer peer = open(name, Task.SEND);
                SocketChannel channel = SocketChannel.open(peer.address())) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            ByteBuffer numbers = ByteBuffer.allocate(24).putLong(3).putLong(70_000).putLong(5)
                    .flip();
            for (int end : new int[]{1, 7, 9, 24}) {
                channel.write(numbers.limit(end));
            }
            channel.socket().getInputStream().skipNBytes(70_008);
            channel.write(numbers.limit(8).position(0));
            channel.socket().getInputStream().skipNBytes(3);
        }
    }

    @ParameterizedTest
    @MethodSource("fanners")
    void aMessageGoesToAllOthersOnce(String name) throws IOException {
        try (EchoPeer peer = open(name, Task.FAN_OUT)) {
            checkFanOut(peer);
        }
    }

    private static void checkFanOut(EchoPeer peer) throws IOException {
        try (FanOut load = new FanOut(peer.address(), 100)) {
            assertThat(load.run(100 * MILLI).units()).isGreaterThanOrEqualTo(100);
        }
    }

    /** What a member does not read waits for it; once it reads, all others continue. */
    @ParameterizedTest
    @MethodSource("fanners")
    void aReceiverThatReadsLateStillGetsEverything(String name) throws Exception {
        int total = 16 << 20;
        try (EchoPeer peer = open(name, Task.FAN_OUT);
                SocketChannel late = SocketChannel.open();
                SocketChannel sender = SocketChannel.open()) {
            late.setOption(StandardSocketOptions.SO_RCVBUF, 64 * 1024);
            late.connect(peer.address());
            sender.connect(peer.address());
            join(sender, late);
            Thread sending = Thread.startVirtualThread(() -> PeersTest.sendAll(sender, total));
            sending.join(300); // until it is stuck, unless the buffers between are larger
            ByteBuffer buffer = ByteBuffer.allocate(100_000);
            long received = 0;
            while (received < total) {
                int count = late.read(buffer.clear());
                assertThat(count).isPositive();
                for (int i = 0; i < count; i++) {
                    assertThat(buffer.get(i)).isEqualTo((byte) ((received + i) % 251));
                }
                received += count;
            }
            sending.join();
            assertThat(received).isEqualTo(total);
        }
    }

    /** Sends bytes of 1 until the other gets one of them, then a byte of 2, the last it takes. */
    private static void join(SocketChannel sender, SocketChannel receiver) throws Exception {
        ByteBuffer one = ByteBuffer.allocate(1);
        receiver.configureBlocking(false);
        int received = 0;
        while (received == 0) {
            sender.write(one.put(0, (byte) 1).clear());
            Thread.sleep(10); // between two tries
            received = receiver.read(one.clear());
        }
        receiver.configureBlocking(true);
        sender.write(one.put(0, (byte) 2).clear());
        do {
            assertThat(receiver.read(one.clear())).isEqualTo(1);
        } while (one.get(0) == 1);
    }

    @ParameterizedTest
    @MethodSource("all")
    void aResetEndsOnlyItsOwnConnection(String name, Task task) throws IOException {
        try (EchoPeer peer = open(name, task)) {
            for (int i = 0; i < 20; i++) {
                Socket socket = new Socket(peer.address().getAddress(), peer.address().getPort());
                if (task != Task.FAN_OUT) { // else it might reach those that come later
                    socket.getOutputStream().write(new byte[]{0, 0, 0, 0, 1, 0, 0, 0});
                }
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
                socket.close();
            }
            switch (task) {
                case RECEIVE -> checkReceiver(peer);
                case SEND -> checkSender(peer);
                default -> checkFanOut(peer);
            }
        }
    }
}
