package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SockOpt;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A peer that received a part of an answer never sees a clean end. */
class HalfAnswerTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    /** More than the buffers of both sides hold. */
    private static final byte[] PAGE = new byte[8 << 20];

    private static final int HALF = 1000;

    /** Reads until it fails, which it must, with a loss; returns the bytes before that. */
    private static long readUntilLost(Connection client) throws IOException {
        client.readDeadline(LONG);
        byte[] bytes = new byte[64 * 1024];
        long read = 0;
        while (true) {
            try {
                int count = client.read(bytes);
                assertThat(count).as("an end of stream after %d bytes", read).isPositive();
                read += count;
            } catch (ConnectionLostException lost) {
                return read;
            }
        }
    }

    private ListenerOptions smallBuffers() {
        return listening().control(socket -> socket.set(SockOpt.SNDBUF, 16 * 1024));
    }

    @Test
    void aHandlerThatThrowsEndsItsHalfAnswerWithAReset() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server server = Server.on(listener, connection -> {
            connection.write(PAGE, 0, HALF);
            connection.readFully(new byte[1]);
            throw new IOException("as the test wants it");
        }).start();
        try (Connection client = dialer().dial(listener.address())) {
            client.readFully(new byte[HALF]);
            client.write(new byte[1]);
            assertThat(readUntilLost(client)).isZero();
        }
        assertThat(server.stop(LONG)).isEqualTo(new Server.Report(0, 0, 1, 0));
    }

    @Test
    void aHandlerThatClosedBeforeItThrowsEndsAsItClosed() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server server = Server.on(listener, connection -> {
            try (connection) {
                connection.write(PAGE, 0, HALF);
            }
            throw new Exception("a checked one, which a handler may throw too");
        }).start();
        try (Connection client = dialer().dial(listener.address())) {
            client.readDeadline(LONG);
            client.readFully(new byte[HALF]);
            assertThat(client.read(new byte[1])).isEqualTo(-1);
        }
        assertThat(server.stop(LONG)).isEqualTo(new Server.Report(0, 0, 1, 0));
    }

    @Test
    void aWriteWhoseDeadlinePassesHalfWayEndsInAResetAlsoIfTheHandlerReturns() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, smallBuffers());
        CompletableFuture<Status> closed = new CompletableFuture<>();
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Server server = Server.on(listener, connection -> {
            connection.writeDeadline(Duration.ofMillis(300));
            assertThatThrownBy(() -> connection.write(PAGE))
                    .isInstanceOf(DeadlineException.class);
            connection.clearDeadlines();
            ended.complete(failureOf(background(() -> {
                connection.closeWrite();
                return null;
            })));
            closed.complete(connection.closeGracefully(LONG));
        }).start();
        try (Connection client = dialer().dial(listener.address())) {
            client.readFully(new byte[1]);
            assertThat(result(closed)).isEqualTo(Status.DEADLINE);
            assertThat(result(ended)).isInstanceOf(NetException.class)
                    .hasMessageContaining("half way");
            assertThat(readUntilLost(client)).isLessThan(PAGE.length - 1);
        }
        assertThat(server.stop(LONG)).isEqualTo(new Server.Report(1, 0, 0, 0));
    }

    @Test
    @SuppressWarnings("try") // A connection that is closed sooner may be closed again.
    void aGroupThatIsClosedUnderALiveServerEndsHalfAnswersWithAReset() throws Exception {
        try (PortGroup doomed = kind.open(2)) {
            Listener listener =
                    Listener.open(OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(doomed));
            Server server = Server.on(listener, connection -> {
                connection.write(PAGE, 0, HALF);
                connection.readFully(new byte[1]);
            }).start();
            try (Connection one = dialer().dial(listener.address());
                    Connection other = dialer().dial(listener.address())) {
                one.readFully(new byte[HALF]);
                other.readFully(new byte[HALF]);
                doomed.close();
                assertThat(readUntilLost(one)).isZero();
                assertThat(readUntilLost(other)).isZero();
            }
            assertThat(server.stop(LONG)).isEqualTo(new Server.Report(0, 0, 0, 2));
        }
    }

    @Test
    @SuppressWarnings("try") // A connection that is closed sooner may be closed again.
    void aConnectionThatWasClosedBeforeItsGroupEndsWell() throws Exception {
        try (PortGroup doomed = kind.open(1);
                Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
                Connection client = Dialer.DEFAULT.group(doomed).dial(listener.address());
                Connection server = listener.accept(LONG)) {
            client.write(PAGE, 0, HALF);
            client.close();
            doomed.close();
            server.readDeadline(LONG);
            server.readFully(new byte[HALF]);
            assertThat(server.read(new byte[1])).isEqualTo(-1);
        }
    }
}
