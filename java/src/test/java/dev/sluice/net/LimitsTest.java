package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.internal.net.dialling.HappyEyeballs;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A limit that is reached is reported to the thread that asked for more; none waits for ever. */
class LimitsTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private PortGroup groupOf(int operations, int sockets) throws NetException {
        PortOptions options = PortOptions.DEFAULT.maxOperations(operations).maxSockets(sockets)
                .poolBuffers(16).poolBufferBytes(64 * 1024);
        return kind.open(1, options);
    }

    @Test
    void withoutASlotTheEndOfWritingIsRefusedAndNobodyWaits() throws Exception {
        assumeThat(backend).as("IOCP asks only when it must").isNotEqualTo(Backend.IOCP);
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
                PortGroup small = groupOf(2, 8)) {
            List<Connection> open = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                open.add(Dialer.DEFAULT.group(small).dial(listener.address()));
                open.add(listener.accept(LONG));
            }
            Connection connection = open.getFirst();
            CompletableFuture<Void> ended = background(() -> {
                connection.closeWrite();
                return null;
            });
            assertThat(failureOf(ended)).hasMessageContaining("PortOptions.maxOperations");
            open.forEach(Connection::close);
        }
    }

    @Test
    @SuppressWarnings("try") // A connection that is closed sooner may be closed again.
    void withoutASlotForItsAcceptAListenerReportsItAndContinuesOnceThereIsOne() throws Exception {
        assumeThat(backend).as("IOCP asks only when it must").isNotEqualTo(Backend.IOCP);
        try (PortGroup small = groupOf(2, 8);
                Listener listener =
                        Listener.open(OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(small));
                Connection first = dialer().dial(listener.address());
                Connection second = dialer().dial(listener.address());
                Connection third = dialer().dial(listener.address())) {
            Connection one = listener.accept(LONG);
            Connection two = listener.accept(LONG);
            assertThatThrownBy(() -> listener.accept(LONG)).isInstanceOf(NetException.class)
                    .hasMessageContaining("PortOptions.maxOperations");
            first.close();
            one.close();
            try (Connection three = acceptSooner(listener)) {
                third.write(new byte[]{1});
                three.readFully(new byte[1]);
            }
            second.close();
            two.close();
        }
    }

    @Test
    void withoutASlotToAskForRoomAWriteFailsAndDoesNotWait() throws Exception {
        assumeThat(backend).as("epoll reports room without a request")
                .isNotEqualTo(Backend.EPOLL);
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
                PortGroup small = groupOf(2, 8);
                Connection first = Dialer.DEFAULT.group(small).dial(listener.address());
                Connection second = Dialer.DEFAULT.group(small).dial(listener.address())) {
            // On IOCP a connection has no operation in flight before it waits: these wait.
            CompletableFuture<Integer> reading = background(() -> first.read(new byte[1]));
            CompletableFuture<Integer> other = background(() -> second.read(new byte[1]));
            TestPorts.awaitBusy(small, 2);
            CompletableFuture<Void> writing = background(() -> {
                while (true) {
                    second.write(new byte[1 << 20]);
                }
            });
            assertThat(failureOf(writing)).isInstanceOf(NetException.class)
                    .hasMessageContaining("PortOptions.maxOperations");
            first.abort();
            second.abort();
            assertThat(failureOf(reading)).isInstanceOf(ClosedException.class);
            assertThat(failureOf(other)).isInstanceOf(ClosedException.class);
        }
    }

    private static Connection acceptSooner(Listener listener) throws NetException {
        while (true) {
            try {
                return listener.accept(LONG);
            } catch (NetException failure) {
                assertThat(failure.isTemporary()).as(failure.getMessage()).isTrue();
            }
        }
    }

    @Test
    void withoutASocketAListenAndABindFailAsADialDoes() throws Exception {
        Address any = OwnLoopback.at(0);
        try (PortGroup small = groupOf(8, 1);
                Listener only = Listener.open(any, ListenerOptions.DEFAULT.group(small))) {
            assertThatThrownBy(() -> Listener.open(any, ListenerOptions.DEFAULT.group(small)))
                    .isInstanceOf(NetException.class).hasMessageStartingWith("listen ")
                    .hasMessageContaining("PortOptions.maxSockets");
            assertThatThrownBy(() -> Datagrams.bind(any, small))
                    .isInstanceOf(NetException.class).hasMessageStartingWith("bind ")
                    .hasMessageContaining("PortOptions.maxSockets");
            assertThatThrownBy(() -> Dialer.DEFAULT.group(small).dial(only.address()))
                    .isInstanceOf(NetException.class)
                    .hasMessageContaining("PortOptions.maxSockets");
        }
    }

    @Test
    void aDialTakesEachTimeOrNamesItsBounds() throws Exception {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        Duration past = Duration.ofSeconds(Long.MIN_VALUE);
        for (Duration none : List.of(past, Duration.ofNanos(-1), Duration.ZERO)) {
            assertThatThrownBy(() -> dialer().timeout(none))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("more");
        }
        assertThatThrownBy(() -> dialer().attemptDelay(past))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("more");
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            for (long gone : new long[]{
                Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MIN_VALUE / 2, System.nanoTime()}) {
                CompletableFuture<Connection> dial =
                        background(() -> dialer().deadline(gone).dial(listener.address()));
                assertThat(failureOf(dial)).as("%d", gone).isInstanceOf(DeadlineException.class);
            }
            for (long far : new long[]{Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE / 2}) {
                dialer().deadline(far).timeout(endless).dial(listener.address()).abort();
            }
            AtomicInteger attempts = new AtomicInteger();
            Dialer patient = dialer().attemptDelay(endless)
                    .control(socket -> attempts.incrementAndGet());
            List<Address> twice = List.of(Address.loopback(1), listener.address());
            patient.dial(listener.address()).abort();
            new HappyEyeballs(patient.settings(), "twice").run(twice, endless).abort();
            assertThat(attempts.get()).as("the second one comes when the first has failed")
                    .isEqualTo(3);
        }
    }

    @Test
    void anAttemptDelayWithoutEndIsNoDelayOfZero() throws Exception {
        try (Unanswering silent = Unanswering.open(TestPorts.options(backend))) {
            AtomicInteger attempts = new AtomicInteger();
            Dialer bounded = dialer().timeout(Duration.ofMillis(200))
                    .control(socket -> attempts.incrementAndGet());
            List<Address> both = List.of(silent.address(), silent.address());
            Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
            assertThatThrownBy(
                    () -> new HappyEyeballs(bounded.settings(), "twice").run(both, endless))
                    .isInstanceOf(DeadlineException.class);
            assertThat(attempts.get()).as("the second one waits for ever").isEqualTo(1);
        }
    }

    @Test
    @SuppressWarnings("try") // A connection that is closed sooner may be closed again.
    void timesWithoutEndAreTaken() throws Exception {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        try (Pair pair = pair();
                Connection client = dialer().timeout(endless).dial(pair.listener().address());
                Connection server = pair.listener().accept(endless)) {
            server.idleTimeout(endless);
            server.readDeadline(endless);
            server.writeDeadline(endless);
            server.heartbeat(endless, idle -> {
                throw new AssertionError("never idle for so long");
            });
            client.write(new byte[]{1});
            server.readFully(new byte[1]);
            server.readDeadline(Duration.ofSeconds(Long.MIN_VALUE));
            assertThatThrownBy(() -> server.read(new byte[1]))
                    .isInstanceOf(DeadlineException.class);
            CompletableFuture<Object> closed = background(() -> client.closeGracefully(endless));
            server.clearDeadlines();
            assertThat(server.read(new byte[1])).isEqualTo(-1);
            server.close();
            assertThat(result(closed)).hasToString("OK");
        }
    }
}
