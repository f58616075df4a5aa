package dev.sluice.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Status;
import dev.sluice.conformance.Needs;
import dev.sluice.testing.OwnLoopback;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * What can still be read when a connection is lost, and what must not be taken for a loss: an
 * answer that came before the reset, an end that was reported before, and what this side did
 * itself.
 */
class LostConnectionTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String ANSWER = "413 too large";
    private static final int ROUNDS = 500;

    /** TCP_CLOSE of the kernel's tcp_states.h. */
    private static final int GONE = 7;

    /** A connection to a socket of the JDK. */
    private record Plain(Listener listener, Socket peer, Connection connection)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            connection.close();
            peer.close();
            listener.close();
        }
    }

    private Plain plain() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Socket peer = new Socket(OwnLoopback.inet(), listener.address().port());
        Connection connection = listener.accept(LONG);
        connection.readDeadline(LONG);
        connection.writeDeadline(LONG);
        return new Plain(listener, peer, connection);
    }

    private static void reset(Socket peer) throws Exception {
        peer.setSoLinger(true, 0);
        peer.close();
    }

    private static void writeUntilItFails(Connection connection) {
        assertThatThrownBy(() -> {
            while (true) {
                connection.write(new byte[100]);
            }
        }).isInstanceOf(ConnectionLostException.class);
    }

    /** The peer answers, and resets the connection with the request unread. */
    private static void answerEarly(Plain plain) throws Exception {
        plain.connection().write(new byte[10]);
        // Too much to be collected with the first write: nothing stays behind at a port.
        plain.connection().write(new byte[10_000]);
        while (plain.peer().getInputStream().available() < 10_010) {
            Thread.onSpinWait();
        }
        plain.peer().getOutputStream().write(ANSWER.getBytes(US_ASCII));
        reset(plain.peer());
    }

    @Test
    void anAnswerThatCameBeforeTheResetIsReadThoughAWriteFailed() throws Exception {
        Needs.linux("elsewhere a reset may discard what came before it");
        try (Plain plain = plain()) {
            answerEarly(plain);
            writeUntilItFails(plain.connection());
            byte[] answer = new byte[ANSWER.length()];
            plain.connection().readFully(answer);
            assertThat(new String(answer, US_ASCII)).isEqualTo(ANSWER);
            for (int round = 0; round < 2; round++) {
                assertThatThrownBy(() -> plain.connection().read(new byte[1]))
                        .isInstanceOfSatisfying(ConnectionLostException.class,
                                lost -> assertThat(lost.status()).isEqualTo(Status.RESET));
            }
        }
    }

    @Test
    void andByAReaderThatWaitedMeanwhile() throws Exception {
        Needs.linux("elsewhere a reset may discard what came before it");
        try (Plain plain = plain()) {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            CompletableFuture<Long> reading =
                    background(() -> plain.connection().inputStream().transferTo(read));
            answerEarly(plain);
            writeUntilItFails(plain.connection());
            assertThat(failureOf(reading)).isInstanceOf(ConnectionLostException.class);
            assertThat(read.toString(US_ASCII)).isEqualTo(ANSWER);
        }
    }

    @Test
    void andByATransferToAnotherConnection() throws Exception {
        Needs.linux("elsewhere a reset may discard what came before it");
        try (Plain plain = plain(); Pair other = pair()) {
            answerEarly(plain);
            writeUntilItFails(plain.connection());
            assertThatThrownBy(() -> plain.connection().transferTo(other.client()))
                    .isInstanceOf(ConnectionLostException.class);
            byte[] answer = new byte[ANSWER.length()];
            other.server().readDeadline(LONG);
            other.server().readFully(answer);
            assertThat(new String(answer, US_ASCII)).isEqualTo(ANSWER);
        }
    }

    @Test
    void endingTheWritingSideAfterThePeersResetReportsThatTheConnectionIsLost() throws Exception {
        Needs.linux("elsewhere nothing shows that a reset has come");
        try (Plain plain = plain()) {
            reset(plain.peer());
            while (plain.connection().tcpInfo().state() != GONE) {
                Thread.onSpinWait();
            }
            assertThatThrownBy(() -> plain.connection().closeWrite())
                    .isInstanceOfSatisfying(ConnectionLostException.class,
                            lost -> assertThat(lost.status()).isEqualTo(Status.RESET))
                    .hasMessageEndingWith(": connection reset by the peer");
            assertThatThrownBy(() -> plain.connection().read(new byte[1]))
                    .isInstanceOf(ConnectionLostException.class);
            assertThatThrownBy(() -> plain.connection().closeRead())
                    .isInstanceOf(ConnectionLostException.class);
        }
    }

    @Test
    void aReportedEndStaysOneThoughAWriteMeetsAReset() throws Exception {
        try (Plain plain = plain()) {
            plain.peer().getOutputStream().write(ANSWER.getBytes(US_ASCII));
            plain.peer().close();
            plain.connection().readFully(new byte[ANSWER.length()]);
            assertThat(plain.connection().read(new byte[1])).isEqualTo(-1);
            writeUntilItFails(plain.connection());
            for (int round = 0; round < 3; round++) {
                assertThat(plain.connection().read(new byte[1])).isEqualTo(-1);
            }
            assertThat(plain.connection().transferTo(plain.connection())).isZero();
        }
    }

    /**
     * Closes as each two-way proxy does: both sides have ended, and the kernel has forgotten the
     * connection.
     */
    @Test
    void anEndIsNoResetThoughThisSideEndsItsOwnAtThatMoment() throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            for (int round = 0; round < ROUNDS; round++) {
                Connection client = dialer().dial(listener.address());
                Connection server = listener.accept(LONG);
                AtomicBoolean ready = new AtomicBoolean();
                AtomicBoolean go = new AtomicBoolean();
                int delay = 20 * (round % 100);
                CompletableFuture<Integer> reading = background(Thread.ofPlatform(), () -> {
                    ready.set(true);
                    while (!go.get()) {
                        Thread.onSpinWait();
                    }
                    for (int spin = 0; spin < delay; spin++) {
                        Thread.onSpinWait();
                    }
                    return server.read(new byte[1]);
                });
                client.closeWrite();
                while (!ready.get()) {
                    Thread.onSpinWait();
                }
                go.set(true);
                server.closeWrite();
                assertThat(result(reading)).isEqualTo(-1);
                assertThat(client.read(new byte[1])).isEqualTo(-1);
                client.close();
                server.close();
            }
        }
    }

    @Test
    void aWriteAfterTheOwnEndNamesThatAsTheCause() throws Exception {
        try (Pair pair = pair()) {
            pair.client().closeWrite();
            for (int round = 0; round < 2; round++) {
                assertThatThrownBy(() -> pair.client().write(new byte[1]))
                        .isInstanceOfSatisfying(ConnectionLostException.class,
                                lost -> assertThat(lost.status()).isEqualTo(Status.BROKEN_PIPE))
                        .hasMessageStartingWith("write tcp ")
                        .hasMessageContaining("closeWrite")
                        .hasMessageNotContaining("peer");
            }
            assertThat(pair.server().read(new byte[1])).isEqualTo(-1);
            pair.server().write(new byte[]{7});
            assertThat(pair.client().read(new byte[2])).isEqualTo(1);
        }
    }
}
