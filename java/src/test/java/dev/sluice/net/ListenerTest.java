package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Backend;
import dev.sluice.SockOpt;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listening, accepting, serving and stopping. */
class ListenerTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.1:0", "[::1]", "[::1]:0", ":0"})
    void aFreePortIsChosenWhereNoneIsNamed(String text) throws Exception {
        try (Listener listener = Listener.open(text, listening())) {
            assertThat(listener.address().port()).isPositive();
            String target = text.equals(":0")
                    ? "127.0.0.1:" + listener.address().port()
                    : listener.address().toString();
            try (Connection client = dialer().dial(target);
                    Connection server = listener.accept(LONG)) {
                client.write(new byte[]{7});
                byte[] one = new byte[1];
                server.readFully(one);
                assertThat(one[0]).isEqualTo((byte) 7);
                assertThat(server.localAddress().port()).isEqualTo(listener.address().port());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1:80", "[::1", "[127.0.0.1]:80", "localhost:", "a:b", "a:70000",
        "[::1]80"})
    void whatIsNoAddressIsRefusedWithTheReason(String text) {
        assertThatThrownBy(() -> Listener.open(text, listening()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("address '" + text + "': ");
    }

    /** The timed park of a virtual thread passes through a thread of the JDK: one for each accept. */
    @Test
    void aThreadThatAcceptsWithoutATimeOutParksWithoutATime() throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            CompletableFuture<Connection> accepted = new CompletableFuture<>();
            Thread accepting = Thread.ofVirtual().start(() -> {
                try {
                    accepted.complete(listener.accept());
                } catch (NetException failure) {
                    accepted.completeExceptionally(failure);
                }
            });
            long endNanos = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (accepting.getState() != Thread.State.WAITING) {
                assertThat(System.nanoTime() - endNanos).as("it is %s", accepting.getState())
                        .isNegative();
                LockSupport.parkNanos(100_000);
            }
            dialer().dial(listener.address()).close();
            result(accepted).close();
        }
    }

    @Test
    void aUnixSocketIsServedAndItsFileDeleted() throws Exception {
        assumeTrue(backend != Backend.IOCP, "Unix sockets are not there");
        Path folder = Files.createTempDirectory("sluice");
        Path path = folder.resolve("net.sock");
        try (Listener listener = Listener.open("unix:" + path, listening());
                Connection client = dialer().dial("unix:" + path);
                Connection server = listener.accept(LONG)) {
            server.write(new byte[3]);
            client.readFully(new byte[3]);
            assertThat(client.toString()).contains("unix:");
        }
        assertThat(path).doesNotExist();
        Files.delete(folder);
    }

    @Test
    void anAddressInUseIsNamedWithItsCause() throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            assertThatThrownBy(() -> Listener.open(listener.address(), listening()))
                    .isInstanceOfSatisfying(NetException.class,
                            failure -> assertThat(failure.status())
                                    .isEqualTo(Status.ADDRESS_IN_USE))
                    .hasMessage("listen " + listener.address() + ": address already in use");
        }
    }

    @Test
    void anAcceptHasADeadline() throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            assertThatThrownBy(() -> listener.accept(Duration.ZERO))
                    .isInstanceOf(DeadlineException.class);
            assertThatThrownBy(() -> listener.accept(Duration.ofMillis(20)))
                    .isInstanceOf(DeadlineException.class)
                    .hasMessage("accept " + listener.address() + ": deadline exceeded");
        }
    }

    @Test
    void closeFromAnotherThreadEndsEveryAccept() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        List<CompletableFuture<Connection>> accepts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            accepts.add(background(listener::accept));
        }
        listener.close();
        listener.close();
        for (CompletableFuture<Connection> accept : accepts) {
            assertThat(failureOf(accept)).isInstanceOf(ClosedException.class)
                    .hasMessage("accept " + listener.address() + ": closed on this side");
        }
        try (Listener again = Listener.open(listener.address(), listening())) {
            assertThat(again.address()).isEqualTo(listener.address());
        }
    }

    @Test
    void anInterruptEndsAnAcceptAndTheListenerContinues() throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            CompletableFuture<Thread> started = new CompletableFuture<>();
            CompletableFuture<Connection> accept = background(() -> {
                started.complete(Thread.currentThread());
                return listener.accept();
            });
            result(started).interrupt();
            assertThat(failureOf(accept)).isInstanceOf(CancelledException.class);
            try (Connection client = dialer().dial(listener.address());
                    Connection server = listener.accept(LONG)) {
                assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
            }
        }
    }

    @Test
    void whatNobodyTookIsResetWithTheListener() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Connection client = dialer().dial(listener.address());
        listener.close();
        client.readDeadline(LONG);
        assertThatThrownBy(() -> client.read(new byte[1]))
                .isInstanceOf(ConnectionLostException.class);
        client.close();
    }

    @Test
    void noMoreAreAcceptedAheadThanWasAsked() throws Exception {
        ListenerOptions two = listening().ahead(2).backlog(64);
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, two)) {
            List<Connection> clients = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                clients.add(dialer().dial(listener.address()));
            }
            for (Connection client : clients) {
                try (Connection server = listener.accept(LONG)) {
                    assertThat(server.isOpen()).isTrue();
                }
                client.close();
            }
        }
    }

    @Test
    void optionsOfTheListenerHoldForItsConnections() throws Exception {
        ListenerOptions options =
                listening().control(socket -> socket.set(SockOpt.KEEPALIVE, true));
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, options);
                Connection client = dialer().dial(listener.address());
                Connection server = listener.accept(LONG)) {
            assertThat(server.get(SockOpt.KEEPALIVE)).isTrue();
            assertThat(client.get(SockOpt.NODELAY)).isTrue();
            server.set(SockOpt.NODELAY, false);
            assertThat(server.get(SockOpt.NODELAY)).isFalse();
        }
    }

    // ---- serving -----------------------------------------------------------------------------

    @Test
    void aServerServesUntilItIsStoppedAndCountsHowItsConnectionsEnded() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server server = Server.on(listener, connection -> {
            byte[] one = new byte[1];
            connection.readFully(one);
            if (one[0] == 2) {
                throw new NetException("as the test wants it", Status.INVALID, 0);
            }
            connection.transferTo(connection);
        }).start();
        Connection good = dialer().dial(listener.address());
        good.write(new byte[]{1, 5});
        byte[] echoed = new byte[1];
        good.readFully(echoed);
        assertThat(echoed[0]).isEqualTo((byte) 5);
        Connection bad = dialer().dial(listener.address());
        bad.write(new byte[]{2});
        assertThatThrownBy(() -> bad.read(echoed)).isInstanceOf(ConnectionLostException.class);
        Connection stuck = dialer().dial(listener.address());
        stuck.write(new byte[]{1, 6});
        stuck.readFully(echoed);
        good.closeWrite();
        assertThat(good.read(echoed)).isEqualTo(-1);
        // The handler ends shortly after its connection.
        while (server.active() > 1) {
            Thread.onSpinWait();
        }

        Server.Report report = server.stop(Duration.ofMillis(20));
        assertThat(report).isEqualTo(new Server.Report(1, 0, 1, 1));
        assertThatThrownBy(() -> stuck.read(echoed)).isInstanceOf(ConnectionLostException.class);
        assertThat(server.active()).isZero();
        List.of(good, bad, stuck).forEach(Connection::close);
    }

    @Test
    void aServerLetsConnectionsFinish() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        CountDownLatch serving = new CountDownLatch(1);
        Server server = Server.on(listener, connection -> {
            serving.countDown();
            connection.transferTo(connection);
        }).start();
        Connection client = dialer().dial(listener.address());
        assertThat(serving.await(60, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Server.Report> stopping = background(() -> server.stop(LONG));
        client.write(new byte[]{1});
        client.readFully(new byte[1]);
        client.close();
        assertThat(result(stopping)).isEqualTo(new Server.Report(1, 0, 0, 0));
    }

    @Test
    void aServerServesNoMoreAtOnceThanItsBound() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Server server = Server.on(listener, connection -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            connection.transferTo(connection);
            now.decrementAndGet();
        }).maxConnections(3).start();
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(background(() -> {
                try (Connection client = dialer().dial(listener.address())) {
                    client.write(new byte[10]);
                    client.readFully(new byte[10]);
                    return null;
                }
            }));
        }
        for (CompletableFuture<Void> client : clients) {
            result(client);
        }
        assertThat(server.stop(LONG)).isEqualTo(new Server.Report(20, 0, 0, 0));
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void aServerAtItsBoundIsStoppedInTime() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        CountDownLatch serving = new CountDownLatch(1);
        Server server = Server.on(listener, connection -> {
            serving.countDown();
            connection.transferTo(connection);
        }).maxConnections(1).start();
        Connection client = dialer().dial(listener.address());
        assertThat(serving.await(60, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Server.Report> stopping = background(() -> server.stop(Duration.ZERO));
        assertThat(result(stopping)).isEqualTo(new Server.Report(0, 0, 0, 1));
        assertThat(listener.isOpen()).isFalse();
        client.close();
    }

    @Test
    void serveReturnsWhenTheListenerIsClosed() throws Exception {
        Listener listener = Listener.open(OwnLoopback.at(0), listening());
        CompletableFuture<Server.Report> serving =
                background(() -> listener.serve(connection -> connection.write(new byte[]{9})));
        try (Connection client = dialer().dial(listener.address())) {
            byte[] one = new byte[1];
            client.readFully(one);
            assertThat(one[0]).isEqualTo((byte) 9);
            assertThat(client.read(one)).isEqualTo(-1);
        }
        listener.close();
        assertThat(result(serving)).isEqualTo(new Server.Report(1, 0, 0, 0));
    }
}
