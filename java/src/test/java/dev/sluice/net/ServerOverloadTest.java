package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.Status;
import dev.sluice.conformance.Needs;
import dev.sluice.testing.LogLines;
import dev.sluice.testing.OwnLoopback;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What a server does with new connections while one of its limits is reached. */
class ServerOverloadTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String IS_FULL = "is full: ";
    private static final String WAS_FULL = "was full for ";

    private Server echo() throws NetException {
        return Server.on(Listener.open(OwnLoopback.ANY_PORT, listening().ahead(1)),
                connection -> connection.transferTo(connection));
    }

    private static Address addressOf(Listener listener) {
        return listener.address();
    }

    private Connection dial(Listener listener) throws NetException {
        Connection client = dialer().dial(addressOf(listener));
        client.readDeadline(LONG);
        return client;
    }

    private static void exchange(Connection client) throws IOException {
        client.readDeadline(LONG);
        client.write(new byte[]{7});
        client.readFully(new byte[1]);
    }

    private static boolean isServed(Connection client) throws IOException {
        try {
            exchange(client);
            return true;
        } catch (ConnectionLostException reset) {
            return false;
        } catch (EOFException hidden) {
            assertThat(Needs.isWine()).as("only Wine hides a reset").isTrue();
            return false;
        }
    }

    /** Returns true if the server resets a new connection, perhaps before the dial has ended. */
    private boolean isRefused(Dialer dialer, Listener listener) throws IOException {
        try (Connection client = dialer.dial(addressOf(listener))) {
            return !isServed(client);
        } catch (ConnectFailedException reset) {
            assertThat(reset.status()).isEqualTo(Status.RESET);
            return true;
        }
    }

    private static void assertReset(Connection client) {
        client.readDeadline(LONG);
        assertThatThrownBy(() -> {
            while (client.read(new byte[4096]) > 0) {
                // bytes that came before
            }
            if (Needs.isWine()) {
                throw new ConnectionLostException("Wine hides the reset", Status.RESET, 0);
            }
        }).isInstanceOf(ConnectionLostException.class);
    }

    private static void until(String what, BooleanSupplier holds) {
        long endNanos = System.nanoTime() + LONG.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - endNanos)
                    .as("timed out waiting for: %s", what).isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aServerThatRefusesResetsFurtherConnectionsAtOnceAndServesAgain() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server server = Server.on(listener, connection -> connection.transferTo(connection))
                .maxConnections(2).linger(Duration.ZERO).whenFull(OverloadPolicy.REFUSE);
        try (LogLines log = new LogLines()) {
            server.start();
            Connection first = dial(listener);
            exchange(first);
            try (Connection second = dial(listener)) {
                exchange(second);
                for (int i = 0; i < 20; i++) {
                    assertThat(isRefused(dialer(), listener)).isTrue();
                }
                assertThat(server.statistics().refused()).isEqualTo(20);
                first.close();
                int refused = 20;
                while (isRefused(dialer(), listener)) {
                    refused++;
                }
                exchange(second);
                assertThat(server.statistics().refused()).isEqualTo(refused);
                until("the limit is no longer reached", () -> !server.statistics().full());
                assertThat(log.with("WARN", IS_FULL)).singleElement().asString()
                        .contains("2 connections (Server.maxConnections)", "are reset");
                assertThat(log.with("WARN", WAS_FULL)).singleElement().asString()
                        .contains(refused + " refused, 0 idle");
            }
            Server.Report report = server.stop(LONG);
            assertThat(report).isEqualTo(new Server.Report(
                    3, 0, 0, server.statistics().refused()));
        }
    }

    @Test
    void aConnectionIsServedAlthoughTheLogFailsAtItsAdmission() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server server = Server.on(listener, connection -> connection.transferTo(connection))
                .maxConnections(1).linger(Duration.ZERO).whenFull(OverloadPolicy.REFUSE).start();
        PrintStream log = System.err;
        AtomicInteger failures = new AtomicInteger();
        System.setErr(new PrintStream(OutputStream.nullOutputStream()) {
            @Override
            public void println(String line) {
                if (line.contains(WAS_FULL)) {
                    failures.incrementAndGet();
                    throw new IllegalStateException("no room for the log");
                }
                log.println(line);
            }
        });
        try {
            Connection first = dial(listener);
            exchange(first);
            assertThat(isRefused(dialer(), listener)).isTrue();
            first.close();
            long endNanos = System.nanoTime() + Duration.ofMillis(1100).toNanos();
            until("the bound is met no more", () -> System.nanoTime() - endNanos > 0);
            try (Connection second = dial(listener)) {
                exchange(second);
            }
            until("the log has failed", () -> failures.get() > 0);
        } finally {
            System.setErr(log);
        }
        assertThat(server.stop(LONG)).isEqualTo(new Server.Report(2, 0, 0, 1));
    }

    @Test
    void aServerThatAbortsIdleConnectionsServesNewOnesInTheirPlace() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server server = Server.on(listener, connection -> connection.transferTo(connection))
                .maxConnections(3).whenFull(OverloadPolicy.ABORT_OLDEST_IDLE).start();
        List<Connection> busy = new ArrayList<>();
        try (LogLines log = new LogLines();
                Connection silent = dial(listener);
                Connection one = dial(listener);
                Connection two = dial(listener)) {
            exchange(silent);
            busy.add(one);
            busy.add(two);
            CompletableFuture<Connection> served = background(() -> {
                Connection fresh = dial(listener);
                exchange(fresh);
                return fresh;
            });
            int lost = 0;
            while (!served.isDone() || served.isCompletedExceptionally()) {
                for (Connection each : List.copyOf(busy)) {
                    // On a machine that starves this test they are idle for a second, too.
                    if (!isServed(each)) {
                        busy.remove(each);
                        lost++;
                    }
                }
                assertThat(served).isNotCompletedExceptionally();
            }
            assertReset(silent);
            result(served).close();
            assertThat(server.statistics().abortedIdle()).isEqualTo(1 + lost);
            assertThat(server.statistics().refused()).isZero();
            assertThat(log.with("WARN", IS_FULL)).singleElement().asString()
                    .contains("those idle for longest are reset");
        }
        Server.Report report = server.stop(LONG);
        assertThat(report.aborted()).isEqualTo(server.statistics().abortedIdle());
        assertThat(report.finished() + report.aborted()).isEqualTo(4);
    }

    @Test
    void connectionsOfOneAddressAreBoundedAndThoseOfOthersAreServed() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server server = Server.on(listener, connection -> connection.transferTo(connection))
                .maxConnectionsPerAddress(2).linger(Duration.ZERO).start();
        Dialer other = dialer().local(Address.of("127.0.0.3", 0));
        List<Connection> open = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            open.add(dial(listener));
            exchange(open.getLast());
        }
        assertThat(isRefused(dialer(), listener)).isTrue();
        for (int i = 0; i < 2; i++) {
            open.add(other.dial(addressOf(listener)));
            exchange(open.getLast());
        }
        assertThat(server.statistics().addresses()).isEqualTo(2);
        open.removeFirst().close();
        int refused = 1;
        while (isRefused(dialer(), listener)) {
            refused++;
        }
        open.forEach(Connection::close);
        until("no address has a connection", () -> server.statistics().addresses() == 0);
        assertThat(server.statistics().refused()).isEqualTo(refused);
        assertThat(server.stop(LONG)).isEqualTo(new Server.Report(5, 0, 0, refused));
    }

    /** Sends much without an end, and reads nothing: neither does the server. */
    private Connection flooding(Listener listener) throws NetException {
        Connection client = dial(listener);
        client.write(new byte[32 * 1024]);
        return client;
    }

    private static void writeMuch(Connection connection) throws IOException {
        byte[] first = new byte[1];
        connection.readFully(first);
        if (first[0] == 0) {
            while (true) {
                connection.write(new byte[1 << 20]); // The peer does not read.
            }
        }
        connection.write(first);
        connection.transferTo(connection);
    }

    @Test
    void bytesThatIdleConnectionsKeepAreBounded() throws Exception {
        assumeTrue(backend == Backend.IO_URING, "elsewhere the kernel keeps what nobody reads");
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server server = Server.on(listener, ServerOverloadTest::writeMuch).maxKeptBytes(1)
                .whenFull(OverloadPolicy.ABORT_OLDEST_IDLE).start();
        try (Connection flood = flooding(listener)) {
            // No other connection comes for whose sake it would be reset.
            until("it is reset", () -> server.statistics().abortedIdle() == 1);
            assertReset(flood);
        }
        until("nothing is kept", () -> server.statistics().keptBytes() == 0);
        try (Connection client = dial(listener)) {
            exchange(client);
        }
        assertThat(server.stop(LONG)).isEqualTo(new Server.Report(1, 0, 0, 1));
        assertThat(group.keptBytes()).isZero();
    }

    @Test
    void whileMuchIsKeptNewConnectionsAreRefusedOrWait() throws Exception {
        assumeTrue(backend == Backend.IO_URING, "elsewhere the kernel keeps what nobody reads");
        Listener refusing = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server strict = Server.on(refusing, ServerOverloadTest::writeMuch).maxKeptBytes(1)
                .whenFull(OverloadPolicy.REFUSE).start();
        try (LogLines log = new LogLines()) {
            Connection flood = flooding(refusing);
            until("bytes are kept", () -> group.keptBytes() > 1);
            assertThat(isRefused(dialer(), refusing)).isTrue();
            assertThat(strict.statistics().refused()).isEqualTo(1);
            Listener waiting = Listener.open(OwnLoopback.ANY_PORT, listening());
            Server patient =
                    Server.on(waiting, ServerOverloadTest::writeMuch).maxKeptBytes(1).start();
            try (Connection client = dial(waiting)) {
                client.write(new byte[]{7});
                log.await("WARN", waiting.address().toString(), IS_FULL, "maxKeptBytes",
                        "wait in the backlog");
                flood.abort();
                client.readFully(new byte[1]);
            }
            assertThat(patient.stop(LONG)).isEqualTo(new Server.Report(1, 0, 0, 0));
        }
        assertThat(strict.stop(LONG)).isEqualTo(new Server.Report(0, 1, 0, 1));
    }

    @Test
    void boundsAreSetBeforeTheStartAndPositive() throws Exception {
        Server server = echo();
        assertThatThrownBy(() -> server.maxConnectionsPerAddress(0))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1 or more");
        assertThatThrownBy(() -> server.maxKeptBytes(0))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("1 or more");
        assertThat(server.statistics())
                .isEqualTo(new Server.Statistics(0, 0, 0, 0, false, 0, 0));
        server.start();
        assertThatThrownBy(() -> server.maxConnectionsPerAddress(1))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("before");
        assertThatThrownBy(() -> server.maxKeptBytes(1))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("before");
        assertThatThrownBy(() -> server.whenFull(OverloadPolicy.REFUSE))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("before");
        server.stop(LONG);
    }
}
