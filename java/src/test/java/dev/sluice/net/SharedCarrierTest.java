package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.SockOpt;
import dev.sluice.conformance.WineLimits;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A thread whose socket is always ready lets the other threads of its port run. Counted in calls: a
 * second thread, whose byte came before the first call, must run before the last one.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.sluice.net.GroupKind#threadsPerPort")
@ExtendWith(WineLimits.class)
// longer than any test takes: only a test that hangs fails by it
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SharedCarrierTest {
    private static final int CALLS = 100;

    /** More than twice the calls after which a thread lets others run. */
    private static final int MOST_CALLS_BEFORE = 64;

    private static final int PIECE = 2 * 1024;

    /** Too much for a write that is left with the port. */
    private static final int WRITTEN_PIECE = 5 * 1024;

    private static final int SOCKET_BUFFER = 212_992;

    private static final int LARGE = 60_000;
    private static final int LARGE_MESSAGES = 60;

    @Parameter
    private GroupKind kind;

    private PortGroup group;
    private Listener listener;
    private Socket watcher;
    private Connection watched;

    @BeforeEach
    void open() throws IOException {
        group = kind.open(1);
        listener = Listener.open(OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(group));
        watcher = dial();
        watched = listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        watcher.close();
        group.close();
    }

    private Socket dial() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(SOCKET_BUFFER);
        socket.setSendBufferSize(SOCKET_BUFFER);
        socket.connect(new InetSocketAddress(OwnLoopback.inet(), listener.address().port()));
        socket.setTcpNoDelay(true);
        return socket;
    }

    private <T> CompletableFuture<T> onPort(Callable<T> work) {
        return NetTest.background(group.pollers().first().threads(), work);
    }

    /** Calls in a loop that nothing interrupts but the call itself. */
    @FunctionalInterface
    private interface Repeated {
        void call() throws IOException;
    }

    /**
     * Runs the calls on the port's thread, once everything has arrived that they and the watching
     * thread wait for.
     *
     * @param before on the port, before the thread keeps its carrier
     * @param arrives from elsewhere, while the thread keeps its carrier
     */
    private void assertOthersRun(Repeated before, Repeated arrives, Repeated call)
            throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Thread[] watching = new Thread[1];
        CompletableFuture<Integer> callsBefore = onPort(() -> {
            watching[0] = Thread.currentThread();
            assertThat(watched.read(new byte[1])).isEqualTo(1);
            return calls.get();
        });
        while (watching[0] == null || watching[0].getState() != Thread.State.WAITING) {
            LockSupport.parkNanos(1_000_000);
        }
        CountDownLatch keeps = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(1);
        CompletableFuture<Void> busy = onPort(() -> {
            before.call();
            keeps.countDown();
            while (arrived.getCount() > 0) {
                Thread.onSpinWait();
            }
            while (calls.get() < CALLS) {
                call.call();
                calls.incrementAndGet();
            }
            return null;
        });
        keeps.await();
        try {
            arrives.call();
            watcher.getOutputStream().write(1);
        } finally {
            arrived.countDown();
        }
        assertThat(NetTest.result(callsBefore)).isLessThan(MOST_CALLS_BEFORE);
        NetTest.result(busy);
    }

    @Test
    void aThreadThatAlwaysFindsBytesLetsOthersRun() throws Exception {
        try (Socket peer = dial(); Connection connection = listener.accept()) {
            byte[] large = new byte[LARGE];
            CompletableFuture<Void> writing =
                    NetTest.background(Thread.ofPlatform().daemon(), () -> {
                        for (int i = 0; i < LARGE_MESSAGES; i++) {
                            peer.getOutputStream().write(large);
                        }
                        return null;
                    });
            byte[] piece = new byte[PIECE];
            assertOthersRun(() -> {
                // A port that receives by itself leaves reads to a thread whose reads are large.
                for (int i = 0; i < LARGE_MESSAGES; i++) {
                    connection.readFully(new byte[LARGE]);
                }
            }, () -> {
                writing.join();
                peer.getOutputStream().write(new byte[CALLS * PIECE]);
            }, () -> connection.readFully(piece));
        }
    }

    @Test
    void aThreadThatAlwaysFindsRoomLetsOthersRun() throws Exception {
        try (Socket peer = dial(); Connection connection = listener.accept()) {
            connection.set(SockOpt.SNDBUF, SOCKET_BUFFER);
            CompletableFuture<Void> reading =
                    NetTest.background(Thread.ofPlatform().daemon(), () -> {
                        peer.getInputStream().readNBytes(CALLS * WRITTEN_PIECE);
                        return null;
                    });
            byte[] piece = new byte[WRITTEN_PIECE];
            assertOthersRun(() -> {}, () -> {}, () -> connection.write(piece));
            NetTest.result(reading);
        }
    }

    @Test
    void aThreadThatAlwaysFindsDatagramsLetsOthersRun() throws Exception {
        try (Datagrams receiver = Datagrams.bind(OwnLoopback.at(0), group);
                Datagrams sender = Datagrams.bind(OwnLoopback.at(0), PortGroup.shared())) {
            byte[] one = new byte[1];
            assertOthersRun(() -> {}, () -> {
                for (int i = 0; i < CALLS; i++) {
                    sender.send(one, 0, 1, receiver.localAddress());
                }
            }, () -> assertThat(receiver.receive(one).length()).isEqualTo(1));
        }
    }

    @Test
    void aThreadThatSendsDatagramsLetsOthersRun() throws Exception {
        try (Datagrams receiver = Datagrams.bind(OwnLoopback.at(0), PortGroup.shared());
                Datagrams sender = Datagrams.bind(OwnLoopback.at(0), group)) {
            byte[] one = new byte[1];
            assertOthersRun(() -> {}, () -> {},
                    () -> sender.send(one, 0, 1, receiver.localAddress()));
        }
    }
}
