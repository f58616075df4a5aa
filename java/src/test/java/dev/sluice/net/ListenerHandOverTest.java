package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.Backend;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listeners that pass from one server to its successor. */
class ListenerHandOverTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Path path;

    @BeforeEach
    void chooseThePath() {
        assumeThat(backend).as("descriptors are passed on Linux").isNotEqualTo(Backend.IOCP);
        path = folder.resolve("hand-over");
    }

    private CompletableFuture<Boolean> offer(Listener... listeners) {
        return background(() -> {
            ListenerHandOver.offer(path, LONG, listeners);
            return true;
        });
    }

    private List<Listener> takeOnceOffered() throws Exception {
        long endNanos = System.nanoTime() + LONG.toNanos();
        List<Listener> taken = ListenerHandOver.take(path, LONG, listening());
        while (taken.isEmpty()) {
            assertThat(System.nanoTime() - endNanos)
                    .as("timed out waiting for the offer").isNegative();
            LockSupport.parkNanos(1_000_000);
            taken = ListenerHandOver.take(path, LONG, listening());
        }
        return taken;
    }

    private void exchange(Listener dialled, Listener accepting) throws Exception {
        try (Connection client = dialer().dial(dialled.address());
                Connection server = accepting.accept(LONG)) {
            client.write(new byte[]{7});
            byte[] received = new byte[1];
            server.readFully(received);
            assertThat(received).containsExactly(7);
        }
    }

    @Test
    void theSuccessorAcceptsOnceTheOldServerHasClosed() throws Exception {
        Listener old = Listener.open(OwnLoopback.ANY_PORT, listening());
        CompletableFuture<Boolean> offered = offer(old);
        List<Listener> taken = takeOnceOffered();
        assertThat(offered.get(60, TimeUnit.SECONDS)).isTrue();
        assertThat(taken).hasSize(1);
        try (Listener successor = taken.getFirst()) {
            assertThat(successor.address()).isEqualTo(old.address());
            // Accepted ahead by either; what the old one has not taken is reset when it closes.
            old.close();
            exchange(successor, successor);
        }
        assertThat(Files.exists(path)).isFalse();
    }

    @Test
    void severalKeepTheirOrder() throws Exception {
        try (Listener one = Listener.open(OwnLoopback.ANY_PORT, listening());
                Listener two = Listener.open("unix:" + folder.resolve("two"), listening())) {
            CompletableFuture<Boolean> offered = offer(one, two);
            List<Listener> taken = takeOnceOffered();
            offered.get(60, TimeUnit.SECONDS);
            assertThat(taken).extracting(Listener::address)
                    .containsExactly(one.address(), two.address());
            taken.forEach(Listener::close);
        }
    }

    @Test
    void aProcessThatEndsBeforeItHasThemIsFollowedByTheNext() throws Exception {
        try (Listener old = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            CompletableFuture<Boolean> offered = offer(old);
            while (!Files.exists(path)) {
                LockSupport.parkNanos(1_000_000);
            }
            for (int i = 0; i < 3; i++) {
                connectAndClose();
            }
            assertThat(offered.isDone()).isFalse();
            takeOnceOffered().forEach(Listener::close);
            assertThat(offered.get(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void connectAndClose() throws Exception {
        long endNanos = System.nanoTime() + LONG.toNanos();
        boolean connected = false;
        while (!connected) {
            assertThat(System.nanoTime() - endNanos)
                    .as("timed out waiting for the offer").isNegative();
            try (SocketChannel hasty = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                connected = hasty.connect(UnixDomainSocketAddress.of(path));
            } catch (ConnectException notListeningYet) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    @Test
    void withoutAnOfferNothingIsTaken() throws Exception {
        assertThat(ListenerHandOver.take(path, LONG, listening())).isEmpty();
        Files.createFile(path);
        assertThat(ListenerHandOver.take(path, LONG, listening())).isEmpty();
    }

    @Test
    void anOfferThatNoProcessTakesEndsAtItsDeadline() throws Exception {
        try (Listener old = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            assertThatThrownBy(
                    () -> ListenerHandOver.offer(path, Duration.ofMillis(30), old))
                    .isInstanceOf(DeadlineException.class)
                    .hasMessageStartingWith("offer listeners at unix:");
            assertThat(Files.exists(path)).isFalse();
            exchange(old, old);
        }
    }

    @Test
    void aClosedListenerIsNotPassed() throws Exception {
        Listener old = Listener.open(OwnLoopback.ANY_PORT, listening());
        old.close();
        CompletableFuture<Status> offered = background(() -> {
            try {
                ListenerHandOver.offer(path, LONG, old);
                return Status.OK;
            } catch (NetException failure) {
                return failure.status();
            }
        });
        while (!offered.isDone()) {
            try {
                assertThat(ListenerHandOver.take(path, LONG, listening())).isEmpty();
            } catch (NetException ended) {
                assertThat(ended.status()).isEqualTo(Status.RESET);
            }
        }
        assertThat(offered.get()).isEqualTo(Status.CLOSED_LOCALLY);
    }

    @Test
    void aFileThatIsNoSocketStays() throws Exception {
        Files.writeString(path, "not a socket");
        try (Listener old = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            assertThatThrownBy(() -> ListenerHandOver.offer(path, LONG, old))
                    .isInstanceOfSatisfying(NetException.class, failure -> assertThat(
                            failure.status()).isEqualTo(Status.ADDRESS_IN_USE));
        }
        assertThat(Files.readString(path)).isEqualTo("not a socket");
    }

    @Test
    void noListenerIsNoOffer() {
        assertThatThrownBy(() -> ListenerHandOver.offer(path, LONG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use 1 to 253");
    }
}
