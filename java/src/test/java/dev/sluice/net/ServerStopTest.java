package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.testing.LogLines;
import dev.sluice.testing.OwnLoopback;
import java.io.FileNotFoundException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A server that is stopped ends its handlers, and its report counts every connection. */
class ServerStopTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void aHandlerThatSleepsIsInterruptedWhenTheTimeIsOver() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        CompletableFuture<Void> serving = new CompletableFuture<>();
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Server server = Server.on(listener, connection -> {
            serving.complete(null);
            try {
                Thread.sleep(Duration.ofDays(1));
            } catch (InterruptedException interrupted) {
                ended.complete(interrupted);
                throw interrupted;
            }
        }).start();
        try (Connection client = dialer().dial(listener.address())) {
            result(serving);
            Server.Report report =
                    result(background(() -> server.stop(Duration.ofMillis(20))));
            assertThat(report).isEqualTo(new Server.Report(0, 0, 0, 1));
            assertThat(ended).isCompleted();
            client.readDeadline(LONG);
            assertThat(failureOf(background(() -> client.read(new byte[1]))))
                    .isInstanceOf(ConnectionLostException.class);
        }
    }

    @Test
    void connectionsThatNoHandlerHadYetAreInTheReport() throws Exception {
        List<Connection> clients = new ArrayList<>();
        try (PortGroup serving = kind.open(2)) {
            Listener listener =
                    Listener.open(OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(serving));
            CountDownLatch begun = new CountDownLatch(1);
            Server server = Server.on(listener, connection -> {
                begun.countDown();
                connection.transferTo(connection);
            }).maxConnections(1).start();
            for (int i = 0; i < 5; i++) {
                clients.add(dialer().dial(listener.address()));
            }
            begun.await();
            TestPorts.awaitSockets(serving, 1 + clients.size());
            assertThat(result(background(() -> server.stop(Duration.ZERO))))
                    .isEqualTo(new Server.Report(0, 0, 0, 5));
        } finally {
            clients.forEach(Connection::close);
        }
    }

    @Test
    void aHandlerThatDoesNotEndIsInTheReportOnce() throws Exception {
        // This takes the ten seconds for which stop waits.
        assumeThat(kind).as("one kind is enough").isEqualTo(GroupKind.all().getFirst());
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        CompletableFuture<Void> serving = new CompletableFuture<>();
        CompletableFuture<Void> release = new CompletableFuture<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        Server server = Server.on(listener, connection -> {
            serving.complete(null);
            release.join(); // no interrupt ends this
            done.complete(null);
        }).start();
        try (Connection client = dialer().dial(listener.address())) {
            result(serving);
            assertThat(result(background(() -> server.stop(Duration.ZERO))))
                    .isEqualTo(new Server.Report(0, 0, 0, 1));
            assertThat(client.isOpen()).isTrue();
            release.complete(null);
            result(done);
            assertThat(server.stop(LONG)).isEqualTo(new Server.Report(0, 0, 0, 1));
        }
    }

    @Test
    void anIoFailureOfTheHandlerItselfIsInTheLogAndALossOrDeadlineIsNot() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server server = Server.on(listener, connection -> {
            byte[] kind = new byte[1];
            connection.readFully(kind);
            switch (kind[0]) {
                case 0 -> throw new FileNotFoundException("page.html");
                case 1 -> {
                    connection.readDeadline(Duration.ZERO);
                    connection.readFully(kind);
                }
                default -> {
                    connection.write(kind);
                    connection.readFully(kind);
                }
            }
        }).start();
        try (LogLines log = new LogLines()) {
            for (byte kind = 2; kind >= 0; kind--) {
                try (Connection client = dialer().dial(listener.address())) {
                    client.write(new byte[]{kind});
                    if (kind == 2) {
                        client.readFully(new byte[1]);
                        client.abort();
                    } else {
                        client.readDeadline(LONG);
                        assertThat(failureOf(background(() -> client.read(new byte[1]))))
                                .isInstanceOf(ConnectionLostException.class);
                    }
                }
            }
            log.await("WARN", "the handler of connection", "FileNotFoundException: page.html");
            assertThat(server.stop(LONG)).isEqualTo(new Server.Report(0, 1, 2, 0));
            assertThat(log.with("Server - ")).hasSize(1);
        }
    }
}
