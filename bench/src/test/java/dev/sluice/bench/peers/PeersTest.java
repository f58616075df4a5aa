package dev.sluice.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.bench.load.ByteCheck;
import dev.sluice.bench.load.Load;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One contract for all peers: what the comparison takes for granted. */
@Timeout(300) // a peer that stalls fails its test instead of the build
class PeersTest {
    private static final long PATIENCE_MILLIS = 60_000;

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(
            InetAddress.getLoopbackAddress(), 0);

    static Iterable<String> names() {
        return Peers.names(Task.ECHO);
    }

    private static EchoPeer open(String name) throws IOException {
        return OpenPeer.orSkip(name, () -> Peers.open(name, Task.ECHO, ANY_PORT));
    }

    @ParameterizedTest
    @MethodSource("names")
    void echoesEveryByteInWholeAndOddPiecesAndAfterAHalfClose(String name) throws IOException {
        try (EchoPeer peer = open(name)) {
            for (String load : new String[]{"1x1", "16x64", "8x1024", "4x20000", "8x65536",
                "8x64p16"}) {
                ByteCheck.run(peer.address(), Load.parse(load), 7, PATIENCE_MILLIS);
            }
        }
    }

    /** More is sent than all buffers between hold, and read only then. */
    @ParameterizedTest
    @MethodSource("names")
    void aPeerThatReadsLateStillGetsEverything(String name) throws Exception {
        try (EchoPeer peer = open(name); SocketChannel channel = SocketChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, 64 * 1024);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 64 * 1024);
            channel.connect(peer.address());
            int total = 24 << 20;
            Thread sender = Thread.startVirtualThread(() -> sendAllAndEnd(channel, total));
            ByteBuffer buffer = ByteBuffer.allocate(100_001);
            int received = 0;
            for (int n = channel.read(buffer); n >= 0; n = channel.read(buffer.clear())) {
                assertThat(firstWrongByte(buffer, n, received)).isEqualTo(-1);
                received += n;
            }
            assertThat(received).isEqualTo(total);
            assertThat(sender.join(Duration.ofMinutes(1))).isTrue();
        }
    }

    private static int firstWrongByte(ByteBuffer buffer, int length, int position) {
        for (int i = 0; i < length; i++) {
            if (buffer.get(i) != (byte) ((position + i) % 251)) {
                return position + i;
            }
        }
        return -1;
    }

    private static void sendAllAndEnd(SocketChannel channel, int total) {
        sendAll(channel, total);
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            throw new IllegalStateException("the server closed too early", e);
        }
    }

    /** Sends the pattern, so many bytes of it. */
    static void sendAll(SocketChannel channel, int total) {
        ByteBuffer buffer = ByteBuffer.allocate(251 * 1000);
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, (byte) (i % 251));
        }
        try {
            int sent = 0;
            while (sent < total) {
                int start = sent % 251;
                buffer.clear().position(start);
                buffer.limit(Math.min(buffer.capacity(), start + total - sent));
                sent += channel.write(buffer);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the server closed too early", e);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aResetEndsOnlyItsOwnConnection(String name) throws IOException {
        try (EchoPeer peer = open(name)) {
            for (int i = 0; i < 20; i++) {
                Socket socket = new Socket(peer.address().getAddress(), peer.address().getPort());
                socket.getOutputStream().write(new byte[10_000]);
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
                socket.close();
            }
            ByteCheck.run(peer.address(), new Load(4, 64, 1), 7, PATIENCE_MILLIS);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void servesOnOneThreadWhichEndsWithIt(String name) throws Exception {
        EchoPeer peer = open(name);
        ByteCheck.run(peer.address(), new Load(4, 64, 1), 7, PATIENCE_MILLIS);
        assertThat(peer.thread().isAlive()).isTrue();
        peer.close();
        peer.thread().join(PATIENCE_MILLIS);
        assertThat(peer.thread().isAlive()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("names")
    void anAddressInUseIsRefusedWithTheSystemsWords(String name) throws IOException {
        try (EchoPeer peer = open(name)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> Peers.open(name, Task.ECHO, peer.address()).close())
                    .withMessageContaining("in use");
        }
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Peers.open("no", Task.ECHO, ANY_PORT).close())
                .withMessageContaining("nio2");
        assertThat(Arrays.asList("sluice-epoll", "sluice-epoll-spin", "sluice-io_uring",
                "sluice-io_uring-spin", "sluice-iocp", "nio", "nio2", "netty-epoll",
                "netty-io_uring", "sluice-net-epoll", "sluice-net-io_uring",
                "sluice-tpp-epoll", "sluice-tpp-io_uring", "jdk-virtual",
                "sluice-epoll-poll", "sluice-io_uring-poll", "sluice-iocp-spin",
                "sluice-iocp-poll", "sluice-net-iocp", "sluice-tpp-iocp", "netty-nio"))
                .containsExactlyInAnyOrderElementsOf(Peers.names(Task.ECHO));
    }
}
