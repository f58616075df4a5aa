package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Status;
import dev.sluice.conformance.Needs;
import dev.sluice.internal.ffi.linux.DescriptorLimit;
import dev.sluice.testing.LogLines;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A failing accept ends no server, fills no log, and ends with an error if it keeps failing. */
class FailingAcceptTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String RETRYING = "retrying, further failures are counted";

    private static void echo(Connection connection) throws IOException {
        connection.transferTo(connection);
    }

    private void roundTrip(Listener listener) throws IOException {
        try (Connection client = dialer().dial(listener.address())) {
            client.readDeadline(LONG);
            client.write(new byte[1]);
            client.readFully(new byte[1]);
        }
    }

    private void readOne(Listener listener) throws IOException {
        try (Connection client = dialer().dial(listener.address())) {
            client.readDeadline(LONG);
            client.readFully(new byte[1]);
        }
    }

    private int freePort() throws IOException {
        try (Listener free = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            return free.address().port();
        }
    }

    /** Waits for the failures in the log: an accept here would take connections from the server. */
    private static void awaitFailures(LogLines log) {
        log.await("WARN", "the listener on", RETRYING);
    }

    @Test
    void aServerOutlivesAcceptsThatFailForACauseThatIsNoShortage() throws Exception {
        Needs.linux("a listening socket that is broken and mended");
        // A port that the kernel chose would be lost with the listening.
        int chosen = freePort();
        Listener listener = Listener.open(OwnLoopback.HOST + ":" + chosen, listening());
        Server server = Server.on(listener, FailingAcceptTest::echo).start();
        BrokenListener broken = new BrokenListener(listener.address());
        roundTrip(listener);
        try (LogLines log = new LogLines()) {
            broken.breakIt();
            awaitFailures(log);
            broken.mend();
            roundTrip(listener);
            while (log.with("WARN", "succeeds again after").isEmpty()) {
                roundTrip(listener);
            }
            assertThat(log.with("the listener on")).hasSize(2);
        }
        assertThat(listener.isOpen()).isTrue();
        assertThat(server.stop(LONG).failed()).isZero();
    }

    @Test
    void aListenerWhoseAcceptsKeepFailingIsClosedAndLogged() throws Exception {
        Needs.linux("a listening socket that is broken");
        Listener listener =
                Listener.open(OwnLoopback.ANY_PORT, listening().patience(Duration.ofMillis(100)));
        Server server = Server.on(listener, FailingAcceptTest::echo).start();
        try (LogLines log = new LogLines()) {
            new BrokenListener(listener.address()).breakIt();
            log.await("ERROR", "the listener on", "is closed after 10 failures in ");
            assertThat(log.with("the listener on")).hasSize(2);
        }
        assertThat(server.stop(LONG)).isEqualTo(new Server.Report(0, 0, 0, 0));
        assertThat(listener.isOpen()).isFalse();
        assertThatThrownBy(listener::accept).isInstanceOf(ClosedException.class)
                .hasMessageContaining("kept failing: invalid argument")
                .hasRootCauseInstanceOf(NetException.class);
    }

    @Test
    void withoutADescriptorThereIsOneLineWhenItBeginsAndOneWhenItEnds() throws Exception {
        Needs.linux("the limit of descriptors");
        List<SocketChannel> clients = new ArrayList<>();
        List<Connection> accepted = new ArrayList<>();
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
                LogLines log = new LogLines()) {
            for (int i = 0; i < 3; i++) {
                clients.add(SocketChannel.open());
            }
            acceptOne(listener); // so that every class is loaded
            try (DescriptorLimit limit = new DescriptorLimit()) {
                for (SocketChannel client : clients) {
                    assertThat(client.connect(to(listener))).isTrue();
                }
                // An accept that io_uring had begun before counts against the earlier limit.
                for (int failures = 0; failures < 6;) {
                    failures += accepted(listener, accepted) ? 0 : 1;
                }
                assertThat(limit.held()).isPositive();
            }
            assertThat(accepted).hasSizeLessThanOrEqualTo(1);
            assertThat(log.with("the listener on")).hasSize(1);
            assertThat(log.with("WARN", "too many open files", RETRYING)).hasSize(1);
            while (log.with("WARN", "succeeds again after").isEmpty()) {
                acceptOne(listener);
            }
            assertThat(log.with("the listener on")).hasSize(2);
        } finally {
            accepted.forEach(Connection::abort);
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    private static InetSocketAddress to(Listener listener) {
        return listener.address().toInetSocketAddress();
    }

    private static void acceptOne(Listener listener) throws IOException {
        try (SocketChannel client = SocketChannel.open(to(listener))) {
            assertThat(client.isConnected()).isTrue();
            Connection accepted = null;
            while (accepted == null) {
                try {
                    accepted = listener.accept(LONG);
                } catch (NetException failure) {
                    assertThat(failure.status()).isEqualTo(Status.OUT_OF_DESCRIPTORS);
                }
            }
            accepted.abort();
            state(accepted).whenClosed().join(); // its descriptor is free
        }
    }

    /** Returns false if the dial failed because no descriptor was free. */
    private static boolean accepted(Listener listener, List<Connection> into) {
        try {
            return into.add(listener.accept(LONG));
        } catch (NetException failure) {
            assertThat(failure.status()).isEqualTo(Status.OUT_OF_DESCRIPTORS);
            return false;
        }
    }

    @Test
    void aConnectionThatCannotBeBegunIsResetAndTheServerContinues() throws Exception {
        AtomicInteger left = new AtomicInteger(3);
        // A thread inherits from its creator: first the server's thread, then those of connections.
        InheritableThreadLocal<Integer> depth = new InheritableThreadLocal<>() {
            @Override
            protected Integer childValue(Integer parent) {
                if (parent == 1 && left.getAndDecrement() > 0) {
                    throw new IllegalStateException("no thread, as the test wants it");
                }
                return parent + 1;
            }
        };
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        depth.set(0);
        Server server = Server.on(listener, FailingAcceptTest::echo);
        try (LogLines log = new LogLines()) {
            server.start();
            depth.remove();
            for (int i = 0; i < 3; i++) {
                // It may be reset before this side knows that it is connected.
                assertThatThrownBy(() -> readOne(listener))
                        .isInstanceOfSatisfying(NetException.class,
                                failure -> assertThat(failure.status()).isEqualTo(Status.RESET));
            }
            roundTrip(listener);
            assertThat(log.with("cannot be served")).hasSize(1);
        } finally {
            depth.remove();
        }
        assertThat(server.stop(LONG)).isEqualTo(new Server.Report(1, 0, 3, 0));
    }
}
