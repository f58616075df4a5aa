package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.PassedDescriptors;
import dev.sluice.PortOptions;
import dev.sluice.Readiness;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.testing.LogLines;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

    @Test
    void aProcessThatDoesNotAnswerIsFollowedByTheNext() throws Exception {
        try (LogLines log = new LogLines();
                Listener old = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            CompletableFuture<Boolean> offered = background(() -> {
                ListenerHandOver.offer(path, LONG, Duration.ofMillis(300), old);
                return true;
            });
            try (SocketChannel silent = connect()) {
                takeOnceOffered().forEach(Listener::close);
                assertThat(offered.get(60, TimeUnit.SECONDS)).isTrue();
                assertThat(silent.isOpen()).isTrue();
            }
            assertThat(log.with("WARN", "offer listeners at unix:", "did not answer within 300 ms"))
                    .hasSize(1);
        }
    }

    /** What the old process keeps: its clients, whatever the new one fails at. */
    @Test
    void aProcessThatFailsAtOneListenerHasAcceptedNoClientOfTheOthers() throws Exception {
        CompletableFuture<Integer> left =
                background(Thread.ofPlatform().daemon(), this::passOneThatDoesNotListen);
        assertThatThrownBy(this::takeOnceOffered)
                .isInstanceOfSatisfying(NetException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.INVALID))
                .hasMessageContaining("does not listen");
        assertThat(left.get(60, TimeUnit.SECONDS)).isEqualTo(3);
    }

    /** Returns how many of three clients are in the backlog once the other side has ended. */
    private int passOneThatDoesNotListen() throws Exception {
        PortOptions options = PortOptions.DEFAULT.backend(backend);
        List<SocketChannel> clients = new ArrayList<>();
        try (CompletionPort port = CompletionPort.open(options)) {
            NativeSocket tcp = port.listen(OwnLoopback.at(0));
            NativeSocket idle = port.socket(SocketType.TCP4);
            for (int i = 0; i < 3; i++) {
                clients.add(SocketChannel.open(
                        OwnLoopback.inet(tcp.localAddress().port())));
            }
            NativeSocket server = port.listen(Address.unix(path));
            NativeSocket peer = run(port, new Accept(server)).accepted();
            PassedDescriptors.trySend(peer, MemorySegment.ofArray(new byte[]{2}), tcp, idle);
            run(port, Readiness.readable(peer));
            int waiting = 0;
            while (tcp.tryAccept() != null) {
                waiting++;
            }
            return waiting;
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    private static <O extends Operation<O>> O run(CompletionPort port, O operation) {
        port.submit(operation);
        while (operation.isPending()) {
            port.poll(LONG);
        }
        return operation;
    }

    private void connectAndClose() throws Exception {
        connect().close();
    }

    private SocketChannel connect() throws Exception {
        long endNanos = System.nanoTime() + LONG.toNanos();
        while (true) {
            assertThat(System.nanoTime() - endNanos).as("timed out waiting for the offer")
                    .isNegative();
            SocketChannel hasty = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                hasty.connect(UnixDomainSocketAddress.of(path));
                return hasty;
            } catch (SocketException notThereYet) {
                hasty.close();
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
    void aPipeStaysToo() throws Exception {
        Process made = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
        assertThat(made.waitFor()).isZero();
        try (Listener old = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            assertThatThrownBy(() -> ListenerHandOver.offer(path, Duration.ofMillis(30), old))
                    .isInstanceOfSatisfying(NetException.class, failure -> assertThat(
                            failure.status()).isEqualTo(Status.ADDRESS_IN_USE));
        }
        assertThat(Files.exists(path)).isTrue();
    }

    @Test
    void theSocketOfAnEarlierOfferIsReplaced() throws Exception {
        try (CompletionPort port = CompletionPort.open(PortOptions.DEFAULT.backend(backend))) {
            port.listen(Address.unix(path));
        }
        assertThat(Files.exists(path)).isTrue();
        try (Listener old = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            CompletableFuture<Boolean> offered = offer(old);
            takeOnceOffered().forEach(Listener::close);
            assertThat(offered.get(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void noListenerIsNoOffer() {
        assertThatThrownBy(() -> ListenerHandOver.offer(path, LONG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use 1 to 253");
    }
}
