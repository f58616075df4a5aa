package dev.sluice.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bench.load.ByteCheckException;
import dev.sluice.bench.load.TlsHandshakes;
import dev.sluice.bench.load.TlsMessages;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One contract for all servers that echo through TLS, and what its generator sees of a bad one. */
@Timeout(300)
class TlsPeersTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(
            InetAddress.getLoopbackAddress(), 0);
    private static final long SLICE_NANOS = 20_000_000;

    static Iterable<String> names() {
        return Peers.names(Task.TLS);
    }

    private static EchoPeer open(String name) throws IOException {
        return OpenPeer.orSkip(name, () -> Peers.open(name, Task.TLS, ANY_PORT));
    }

    @ParameterizedTest
    @MethodSource("names")
    void echoesMessagesOfEachSize(String name) throws IOException {
        try (EchoPeer peer = open(name)) {
            for (int bytes : new int[]{1, 64, 16 * 1024, 100_000}) {
                try (TlsMessages messages = new TlsMessages(peer.address(),
                        BenchTls.clientContext(), 5, bytes)) {
                    assertThat(messages.run(0).units()).isEqualTo(5);
                    assertThat(messages.run(SLICE_NANOS).units()).isGreaterThanOrEqualTo(5);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void shakesHandsAndResumesSessions(String name) throws IOException {
        try (EchoPeer peer = open(name);
                TlsHandshakes full = new TlsHandshakes(peer.address(),
                        BenchTls.clientContext(), false);
                TlsHandshakes resumed = new TlsHandshakes(peer.address(),
                        BenchTls.clientContext(), true)) {
            for (int i = 0; i < 5; i++) {
                assertThat(full.run(0).units()).isOne();
                assertThat(resumed.run(0).units()).isOne();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void speaksNothingElse(String name) throws IOException {
        try (EchoPeer peer = open(name);
                Socket socket = new Socket(peer.address().getAddress(),
                        peer.address().getPort())) {
            byte[] plain = "no record of TLS".getBytes(StandardCharsets.US_ASCII);
            socket.getOutputStream().write(plain);
            InputStream in = socket.getInputStream();
            assertThat(in.readAllBytes()).doesNotContain(plain).hasSizeLessThan(plain.length);
        }
    }

    @Test
    void otherBytesAreSeen() throws Exception {
        try (SSLServerSocket listener = (SSLServerSocket) BenchTls.serverContext()
                .getServerSocketFactory().createServerSocket(0, 1, ANY_PORT.getAddress())) {
            Thread server = Thread.ofPlatform().daemon().start(() -> echoOtherBytes(listener));
            InetSocketAddress address = (InetSocketAddress) listener.getLocalSocketAddress();
            try (TlsMessages messages = new TlsMessages(address, BenchTls.clientContext(), 1,
                    64)) {
                assertThatThrownBy(() -> messages.run(0)).isInstanceOf(ByteCheckException.class);
            }
            server.join();
        }
    }

    private static void echoOtherBytes(SSLServerSocket listener) {
        try (SSLSocket socket = (SSLSocket) listener.accept()) {
            byte[] bytes = socket.getInputStream().readNBytes(64);
            bytes[63]++;
            socket.getOutputStream().write(bytes);
            var _ = socket.getInputStream().read();
        } catch (IOException closedByTheClient) {
            return;
        }
    }
}
