package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.conformance.Needs;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The counts under which a server reports its connections. */
class ServerReportTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    /** Serves one connection, runs an action on its client, and stops the server. */
    private Server.Report served(ConnectionHandler handler, ConnectionHandler client)
            throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server server = Server.on(listener, handler).start();
        Connection connection = dialer().dial(listener.address());
        connection.readDeadline(LONG);
        client.serve(connection);
        Server.Report report = server.stop(LONG);
        connection.close();
        return report;
    }

    private static void echo(Connection connection) throws IOException {
        connection.transferTo(connection);
    }

    private static void writeOneAndAwaitReset(Connection client) throws IOException {
        client.write(new byte[1]);
        awaitReset(client);
    }

    private static void awaitReset(Connection client) {
        assertThatThrownBy(() -> client.read(new byte[1]))
                .isInstanceOf(ConnectionLostException.class);
    }

    private static void roundTrip(Connection client) throws IOException {
        client.write(new byte[]{1});
        client.readFully(new byte[1]);
    }

    @Test
    void aKeptConnectionThatThePeerResetsIsLostAndNoFailure() throws Exception {
        assertThat(served(ServerReportTest::echo, client -> {
            roundTrip(client);
            client.abort();
        })).isEqualTo(new Server.Report(0, 1, 0, 0));
    }

    @Test
    void aResetCountsAlsoAsTheCauseOfWhatTheHandlerThrew() throws Exception {
        assertThat(served(connection -> {
            try {
                echo(connection);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }, client -> {
            roundTrip(client);
            client.abort();
        })).isEqualTo(new Server.Report(0, 1, 0, 0));
    }

    /** The kernel does not report the reset to a side that ends its writing. */
    @Test
    void aLossThatCloseWriteMeetsIsOneToo() throws Exception {
        Needs.linux("elsewhere nothing shows that a reset has come");
        assertThat(served(connection -> {
            connection.readFully(new byte[1]);
            connection.write(new byte[1]);
            while (connection.tcpInfo().state() != 7) { // TCP_CLOSE of the kernel's tcp_states.h
                Thread.onSpinWait();
            }
            connection.closeWrite();
        }, client -> {
            roundTrip(client);
            client.abort();
        })).isEqualTo(new Server.Report(0, 1, 0, 0));
    }

    @Test
    void anEndOfThePeerIsNoLoss() throws Exception {
        assertThat(served(ServerReportTest::echo, client -> {
            roundTrip(client);
            client.closeWrite();
            assertThat(client.read(new byte[1])).isEqualTo(-1);
        })).isEqualTo(new Server.Report(1, 0, 0, 0));
    }

    @Test
    void anEndTooEarlyADeadlineAndAFaultAreFailuresOfTheHandler() throws Exception {
        assertThat(served(connection -> connection.readFully(new byte[2]), client -> {
            client.write(new byte[]{1});
            client.closeWrite();
            awaitReset(client);
        })).isEqualTo(new Server.Report(0, 0, 1, 0));
        assertThat(served(connection -> {
            connection.readFully(new byte[1]);
            connection.readDeadline(Duration.ZERO);
            connection.read(new byte[1]);
        }, ServerReportTest::writeOneAndAwaitReset)).isEqualTo(new Server.Report(0, 0, 1, 0));
        assertThat(served(connection -> {
            connection.readFully(new byte[1]);
            throw new IllegalStateException("as the test wants it");
        }, ServerReportTest::writeOneAndAwaitReset)).isEqualTo(new Server.Report(0, 0, 1, 0));
    }

    @Test
    void whatEndsByTheDeadlineIsAbortedUnlessTheHandlerFailsByItself() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        CountDownLatch serving = new CountDownLatch(3);
        CompletableFuture<Void> aborted = new CompletableFuture<>();
        Server server = Server.on(listener, connection -> {
            byte[] kind = new byte[1];
            connection.readFully(kind);
            serving.countDown();
            try {
                echo(connection);
            } catch (ClosedException | CancelledException ended) {
                aborted.complete(null);
                switch (kind[0]) {
                    case 0 -> throw ended;
                    case 1 -> throw new IllegalStateException("by itself");
                    default -> {
                        // The handler ends without a failure.
                    }
                }
            }
        }).start();
        Connection[] clients = new Connection[3];
        for (byte kind = 0; kind < clients.length; kind++) {
            clients[kind] = dialer().dial(listener.address());
            clients[kind].write(new byte[]{kind});
        }
        serving.await();
        assertThat(server.stop(Duration.ZERO)).isEqualTo(new Server.Report(0, 0, 1, 2));
        assertThat(aborted).isCompleted();
        for (Connection client : clients) {
            client.close();
        }
    }
}
