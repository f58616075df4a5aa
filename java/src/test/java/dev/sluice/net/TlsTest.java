package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Status;
import dev.sluice.conformance.Needs;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS between two connections, and against the JDK's sockets and peers that break the protocol. */
class TlsTest extends TlsFixture {
    private static final int MILLION = 1_000_000;

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    // ---- bytes ---------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aMillionBytesEachWayAtTheSameTimeArriveWhole(String version) throws Exception {
        byte[] bytes = random(MILLION);
        try (TlsPair pair = pairOf(version(dialling, version), serving)) {
            CompletableFuture<byte[]> echoed = background(() -> {
                pair.server().transferTo(pair.server());
                pair.server().closeWrite();
                return new byte[0];
            });
            CompletableFuture<Boolean> written = background(() -> {
                for (int at = 0, length = 1; at < bytes.length; at += length, length += 997) {
                    length = Math.min(length, bytes.length - at);
                    pair.client().write(bytes, at, length);
                }
                return true;
            });
            byte[] read = new byte[MILLION];
            pair.client().readFully(read);
            assertThat(read).isEqualTo(bytes);
            assertThat(result(written)).isTrue();
            pair.client().closeWrite();
            assertThat(pair.client().read(new byte[1])).isEqualTo(-1);
            assertThat(result(echoed)).isEmpty();
            assertThat(pair.client().session().getProtocol()).isEqualTo(version);
        }
    }

    @Test
    void smallReadsGetALargeRecordInParts() throws Exception {
        byte[] bytes = random(16_000);
        try (TlsPair pair = tlsPair()) {
            CompletableFuture<Boolean> written = background(() -> {
                pair.server().write(bytes);
                pair.server().closeWrite();
                return true;
            });
            byte[] read = new byte[bytes.length];
            for (int at = 0; at < read.length;) {
                int count = pair.client().read(read, at, Math.min(100, read.length - at));
                assertThat(count).isBetween(1, 100);
                at += count;
            }
            assertThat(read).isEqualTo(bytes);
            assertThat(pair.client().read(read)).isEqualTo(-1);
            assertThat(pair.client().read(read)).isEqualTo(-1);
            assertThat(result(written)).isTrue();
        }
    }

    // ---- ends ----------------------------------------------------------------------------------

    @Test
    void afterAHalfCloseTheOtherDirectionContinues() throws Exception {
        try (TlsPair pair = shaken(dialling, serving)) {
            pair.client().write(new byte[]{1, 2, 3});
            pair.client().closeWrite();
            pair.client().closeWrite();
            byte[] three = new byte[3];
            pair.server().readFully(three);
            assertThat(three).containsExactly(1, 2, 3);
            assertThat(pair.server().read(three)).isEqualTo(-1);
            pair.server().write(new byte[]{4});
            assertThat(pair.client().read(three)).isEqualTo(1);
            pair.server().closeWrite();
            assertThat(pair.client().read(three)).isEqualTo(-1);
            assertThatThrownBy(() -> pair.client().write(three))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("closed for writing");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aCloseIsAnEndForThePeer(String version) throws Exception {
        try (TlsPair pair = shaken(version(dialling, version), serving)) {
            pair.client().write(new byte[]{9});
            pair.client().close();
            byte[] two = new byte[2];
            assertThat(pair.server().read(two)).isEqualTo(1);
            assertThat(pair.server().read(two)).isEqualTo(-1);
            assertThat(pair.client().isOpen()).isFalse();
            assertThatThrownBy(() -> pair.client().read(two)).isInstanceOf(ClosedException.class);
            assertThatThrownBy(() -> pair.client().write(two)).isInstanceOf(ClosedException.class);
        }
    }

    @Test
    void aGracefulCloseLearnsOfThePeersEnd() throws Exception {
        try (TlsPair pair = shaken(dialling, serving)) {
            CompletableFuture<Status> closing =
                    background(() -> pair.client().closeGracefully(LONG));
            assertThat(pair.server().read(new byte[1])).isEqualTo(-1);
            pair.server().close();
            assertThat(result(closing)).isEqualTo(Status.OK);
        }
    }

    @Test
    void anAbortIsALossForThePeer() throws Exception {
        try (TlsPair pair = shaken(dialling, serving)) {
            pair.client().abort();
            assertThatThrownBy(() -> pair.server().read(new byte[1]))
                    .isInstanceOf(ConnectionLostException.class);
        }
    }

    @Test
    void anEndWithoutCloseNotifyIsALossAndNeverAnEnd() throws Exception {
        try (TlsPair pair = shaken(dialling, serving)) {
            pair.client().write(new byte[]{7});
            pair.below().client().closeWrite();
            byte[] two = new byte[2];
            assertThat(pair.server().read(two)).isEqualTo(1);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> pair.server().read(two))
                        .isInstanceOf(ConnectionLostException.class)
                        .hasMessageContaining("without close_notify");
            }
        }
    }

    @Test
    void closeReadEndsAWaitingReadAsAnEnd() throws Exception {
        try (TlsPair pair = shaken(dialling, serving)) {
            CompletableFuture<Integer> reading =
                    background(() -> pair.server().read(new byte[1]));
            pair.server().closeRead();
            assertThat(result(reading)).isEqualTo(-1);
        }
    }

    // ---- time ----------------------------------------------------------------------------------

    @Test
    void aPeerThatIsSilentInTheHandshakeIsBounded() throws Exception {
        try (Pair pair = pair()) {
            TlsConnection server =
                    serving.handshakeTimeout(SHORT).over(pair.server());
            assertThatThrownBy(() -> server.read(new byte[1]))
                    .isInstanceOf(DeadlineException.class)
                    .hasMessageStartingWith("TLS handshake with TLS connection ")
                    .hasMessageEndingWith(": deadline exceeded");
            assertThat(server.isOpen()).isFalse();
            assertThatThrownBy(server::handshake).isInstanceOf(TlsException.class)
                    .hasMessageContaining("failed before");
        }
    }

    @Test
    void aReadDeadlineLosesNoByteAndTheHandshakeLeavesIt() throws Exception {
        try (TlsPair pair = tlsPair()) {
            pair.server().readDeadline(LONG);
            CompletableFuture<Void> there = shakes(pair.client());
            pair.server().handshake();
            result(there);
            pair.server().readDeadline(SHORT);
            assertThatThrownBy(() -> pair.server().read(new byte[1]))
                    .isInstanceOf(DeadlineException.class);
            pair.client().write(new byte[]{5});
            pair.server().clearDeadlines();
            byte[] one = new byte[1];
            pair.server().readFully(one);
            assertThat(one[0]).isEqualTo((byte) 5);
        }
    }

    @Test
    void anInterruptEndsAReadAndTheConnectionContinues() throws Exception {
        try (TlsPair pair = shaken(dialling, serving)) {
            CompletableFuture<Thread> started = new CompletableFuture<>();
            CompletableFuture<Integer> reading = background(() -> {
                started.complete(Thread.currentThread());
                return pair.server().read(new byte[1]);
            });
            result(started).interrupt();
            assertThat(failureOf(reading)).isInstanceOf(CancelledException.class);
            pair.client().write(new byte[]{3});
            assertThat(pair.server().read(new byte[2])).isEqualTo(1);
        }
    }

    @Test
    void aWriteThatWaitsEndsAtItsDeadlineAndTheConnectionIsReset() throws Exception {
        try (TlsPair pair = shaken(dialling, serving)) {
            pair.client().writeDeadline(SHORT);
            byte[] bytes = new byte[1 << 16];
            assertThatThrownBy(() -> {
                while (true) {
                    pair.client().write(bytes);
                }
            }).isInstanceOf(DeadlineException.class);
            pair.client().clearDeadlines();
            assertThatThrownBy(() -> pair.client().write(bytes))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("stopped within a TLS record");
            pair.client().close();
            assertThatThrownBy(() -> {
                while (pair.server().read(bytes) >= 0) {
                    LockSupport.parkNanos(1);
                }
            }).isInstanceOf(ConnectionLostException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void afterAWriteThatStoppedReadsReturnWhatCame(String version) throws Exception {
        try (TlsPair pair = shaken(version(dialling, version), serving)) {
            byte[] bytes = random(100_000);
            CompletableFuture<Boolean> written = background(() -> {
                pair.server().write(bytes);
                pair.server().closeWrite();
                return true;
            });
            pair.client().writeDeadline(SHORT);
            assertThatThrownBy(() -> {
                while (true) {
                    pair.client().write(new byte[1 << 16]);
                }
            }).isInstanceOf(DeadlineException.class);
            assertThatThrownBy(() -> pair.client().closeWrite())
                    .isInstanceOf(ConnectionLostException.class);
            byte[] read = new byte[bytes.length];
            pair.client().readFully(read);
            assertThat(read).isEqualTo(bytes);
            assertThat(pair.client().read(read)).isEqualTo(-1);
            assertThat(result(written)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aDeadlineOfWritesThatHasPassedMeetsNoMessageOfTlsItself(String version)
            throws Exception {
        try (TlsPair pair = shaken(version(dialling, version), serving)) {
            pair.server().write(new byte[]{1});
            pair.server().writeDeadline(Duration.ZERO);
            pair.client().closeWrite();
            assertThat(pair.server().read(new byte[1])).isEqualTo(-1);
            pair.server().closeWrite();
            byte[] two = new byte[2];
            assertThat(pair.client().read(two)).isEqualTo(1);
            assertThat(pair.client().read(two)).isEqualTo(-1);
        }
    }

    @Test
    void bufferedBytesAreNotReadPastTheDeadlineAndNotLost() throws Exception {
        try (TlsPair pair = shaken(dialling, serving)) {
            pair.client().write(new byte[]{1, 2});
            byte[] one = new byte[1];
            assertThat(pair.server().read(one)).isEqualTo(1);
            pair.server().readDeadline(Duration.ZERO);
            assertThatThrownBy(() -> pair.server().read(one)).isInstanceOf(DeadlineException.class);
            pair.server().clearDeadlines();
            assertThat(pair.server().read(one)).isEqualTo(1);
            assertThat(one[0]).isEqualTo((byte) 2);
        }
    }

    private static Status closedAfterALoss(Connection connection) throws IOException {
        assertThatThrownBy(() -> connection.read(new byte[1]))
                .isInstanceOf(ConnectionLostException.class);
        return closedAfterABrokenWrite(connection);
    }

    /** Writes until that fails, which it must; returns how the close after that ended. */
    private static Status closedAfterABrokenWrite(Connection connection) throws IOException {
        byte[] bytes = new byte[1 << 16];
        assertThatThrownBy(() -> {
            while (true) {
                connection.write(bytes);
            }
        }).isInstanceOf(NetException.class);
        return connection.closeGracefully(LONG);
    }

    @Test
    void aGracefulCloseAfterALossReportsItAsThatOfAPlainConnection() throws Exception {
        Needs.resetsThatAreKept();
        try (Pair pair = pair()) {
            pair.server().abort();
            assertThat(closedAfterALoss(pair.client())).isEqualTo(Status.RESET);
        }
        try (TlsPair pair = shaken(dialling, serving)) {
            pair.server().abort();
            assertThat(closedAfterALoss(pair.client())).isEqualTo(Status.RESET);
        }
    }

    @Test
    void aGracefulCloseAfterAWriteThatStoppedReportsWhyAsThatOfAPlainConnection()
            throws Exception {
        try (Pair pair = pair()) {
            pair.client().writeDeadline(SHORT);
            assertThat(closedAfterABrokenWrite(pair.client())).isEqualTo(Status.DEADLINE);
        }
        try (TlsPair pair = shaken(dialling, serving)) {
            pair.client().writeDeadline(SHORT);
            assertThat(closedAfterABrokenWrite(pair.client())).isEqualTo(Status.DEADLINE);
        }
    }

    @Test
    void aSecondCloseDoesNothing() throws Exception {
        try (TlsPair pair = shaken(dialling, serving)) {
            pair.client().close();
            pair.client().close();
            assertThat(pair.client().closeGracefully(LONG)).isEqualTo(Status.CLOSED_LOCALLY);
            assertThat(pair.server().read(new byte[1])).isEqualTo(-1);
        }
    }

    // ---- other peers ---------------------------------------------------------------------------

    @Test
    void theJdksSocketIsAPeerWithTls13AndItsRenegotiationWithTls12IsRefused() throws Exception {
        for (String version : new String[]{"TLSv1.3", "TLSv1.2"}) {
            try (Listener listener = Listener.open(
                    OwnLoopback.ANY_PORT, listening().tls(version(serving, version)))) {
                CompletableFuture<Long> served = background(() -> {
                    try (Connection connection = listener.accept()) {
                        return connection.transferTo(connection);
                    }
                });
                try (SSLSocket socket = socketTo(listener)) {
                    OutputStream out = socket.getOutputStream();
                    InputStream in = socket.getInputStream();
                    out.write(new byte[]{1, 2, 3});
                    assertThat(in.readNBytes(3)).containsExactly(1, 2, 3);
                    socket.startHandshake(); // with TLS 1.3 an update of keys
                    if (version.equals("TLSv1.3")) {
                        out.write(4);
                        assertThat(in.read()).isEqualTo(4);
                        socket.shutdownOutput();
                        assertThat(in.read()).isEqualTo(-1);
                        assertThat(result(served)).isEqualTo(4);
                    } else {
                        assertThatThrownBy(() -> in.read()).isInstanceOf(IOException.class);
                        assertThat(failureOf(served)).isInstanceOf(TlsException.class)
                                .hasMessageContaining("renegotiation");
                    }
                } catch (IOException refused) {
                    assertThat(version).as("%s", refused).isEqualTo("TLSv1.2");
                    assertThat(failureOf(served)).isInstanceOf(TlsException.class);
                }
            }
        }
    }

    private SSLSocket socketTo(Listener listener) throws IOException {
        InetAddress host = listener.address().toInetSocketAddress().getAddress();
        SSLSocket socket = (SSLSocket) clientContext.getSocketFactory()
                .createSocket(host, listener.address().port());
        socket.setSoTimeout((int) LONG.toMillis());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(null);
        socket.setSSLParameters(parameters);
        return socket;
    }

    @Test
    void aRecordThatIsTooLongOrNoRecordEndsItWithAnAlert() throws Exception {
        byte[][] wrong = {
            {22, 3, 3, (byte) 0xFF, (byte) 0xFF, 1},
            "HELO example.org\r\n".getBytes(StandardCharsets.US_ASCII),
            {23, 3, 3, 0, 1, 0},
        };
        for (byte[] bytes : wrong) {
            try (Pair pair = pair()) {
                TlsConnection server = serving.over(pair.server());
                CompletableFuture<Void> there = shakes(server);
                pair.client().write(bytes);
                pair.client().write(new byte[1 << 14]);
                assertThat(failureOf(there)).isInstanceOf(TlsException.class);
                server.close();
            }
        }
    }

    @Test
    void bytesThatWereChangedOnTheWayAreNeverRead() throws Exception {
        try (TlsPair pair = shaken(dialling, serving)) {
            byte[] forged = new byte[40];
            forged[0] = 23;
            forged[1] = 3;
            forged[2] = 3;
            forged[4] = 35;
            pair.below().client().write(forged);
            assertThatThrownBy(() -> pair.server().read(new byte[100]))
                    .isInstanceOf(TlsException.class);
            assertThatThrownBy(() -> pair.server().write(new byte[1]))
                    .isInstanceOf(TlsException.class);
        }
    }
}
