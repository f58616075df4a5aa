package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.testing.OwnLoopback;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A port ends at any moment: no thread is left waiting, and nothing is left open. */
class PortEndsTest extends NetTest {
    private static final int MOST_TASKS = 4;

    @TempDir
    private Path folder;

    private PortGroup groupOf(int ports) throws NetException {
        PortOptions options = TestPorts.options(backend);
        return kind.open(
                ports,
                options.maxTasks(MOST_TASKS).maxEventsPerPoll(1));
    }

    /** Holds the port's thread until the latch is open. */
    private static void keep(Poller poller, CountDownLatch until) throws InterruptedException {
        CountDownLatch kept = new CountDownLatch(1);
        assertThat(poller.execute(() -> {
            kept.countDown();
            try {
                until.await();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        })).isTrue();
        kept.await();
    }

    /** Begins to close the port, whose thread is held. */
    private CompletableFuture<Void> beginClose(Poller poller) {
        CompletableFuture<Void> closed = background(() -> {
            poller.close();
            return null;
        });
        while (!poller.isStopping()) {
            Thread.onSpinWait();
        }
        return closed;
    }

    /**
     * Waits until the port of a listener that pauses after one connection has accepted that one.
     */
    private static void awaitAccepted(Poller poller) {
        CompletableFuture<Integer> pending;
        do {
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            pending = answer;
            assertThat(poller.execute(() -> answer.complete(poller.port().pendingOperations())))
                    .isTrue();
        } while (pending.join() > 0);
    }

    private static Socket plainClient(Listener listener) throws Exception {
        InetSocketAddress address = listener.address().toInetSocketAddress();
        return new Socket(address.getAddress(), address.getPort());
    }

    private static void assertEnded(Socket client) throws Exception {
        client.setSoTimeout(60_000);
        int read;
        try {
            read = client.getInputStream().read();
        } catch (java.net.SocketException reset) {
            read = -1;
        }
        assertThat(read).as("what the peer of a connection that came to nothing sees")
                .isEqualTo(-1);
    }

    private Throwable endOfAccepting(Listener listener) {
        return failureOf(background(() -> {
            while (true) {
                listener.accept().close();
            }
        }));
    }

    @Test
    void aListenerThatRestsEndsWithItsPort() throws Exception {
        PortGroup small = groupOf(1);
        Listener listener =
                Listener.open(OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(small).ahead(1));
        try (Socket one = plainClient(listener);
                Socket two = plainClient(listener)) {
            TestPorts.awaitIdleBut(small, backend == Backend.IOCP ? 0 : 1);
            small.close();
            assertThat(listener.isOpen()).isFalse();
            assertThat(endOfAccepting(listener)).isInstanceOf(ClosedException.class);
            assertEnded(one);
            assertEnded(two);
        } finally {
            listener.close();
        }
    }

    @Test
    void aConnectionThatIsAcceptedWhileThePortClosesLeavesNoAcceptWaiting() throws Exception {
        PortGroup small = groupOf(1);
        Poller poller = small.pollers().next();
        Listener listener =
                Listener.open(OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(small));
        CompletableFuture<Void> closed;
        CountDownLatch free = new CountDownLatch(1);
        keep(poller, free);
        try (Socket one = plainClient(listener);
                Socket two = plainClient(listener)) {
            closed = beginClose(poller);
            free.countDown();
            result(closed);
            assertThat(endOfAccepting(listener)).isInstanceOf(ClosedException.class);
            assertEnded(one);
            assertEnded(two);
        } finally {
            small.close();
            listener.close();
        }
    }

    @Test
    void aSocketOnItsWayToAPortThatIsFullAndThenClosesIsGivenBack() throws Exception {
        PortGroup two = groupOf(2);
        Poller here = two.pollers().next();
        Poller there = two.pollers().next();
        CountDownLatch free = new CountDownLatch(1);
        try (Listener listener =
                Listener.open(OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(two).ahead(1))) {
            assertThat(two.pollers().next()).as("whose turn it is").isSameAs(there);
            assertThat(two.pollers().next()).isSameAs(here);
            keep(there, free);
            TestPorts.fillQueue(there);
            try (Socket lost = plainClient(listener)) {
                awaitAccepted(here); // a port that closes has no turn
                CompletableFuture<Void> closed = beginClose(there);
                free.countDown();
                result(closed);
                assertEnded(lost);
            }
            try (Socket kept = plainClient(listener);
                    Connection accepted = result(background(listener::accept))) {
                assertThat(accepted.remoteAddress().port()).isEqualTo(kept.getLocalPort());
            }
        } finally {
            two.close();
        }
    }

    @Test
    void aDialThatConnectsWhileThePortClosesFails() throws Exception {
        assumeThat(backend).as("Unix sockets connect at once").isNotEqualTo(Backend.IOCP);
        PortGroup small = groupOf(1);
        Poller poller = small.pollers().next();
        Address path = Address.unix(folder.resolve("s"));
        try (Listener listener = Listener.open(path, listening())) {
            CountDownLatch free = new CountDownLatch(1);
            keep(poller, free);
            List<CompletableFuture<Connection>> dials = new ArrayList<>();
            for (int i = 0; i < MOST_TASKS - 1; i++) {
                Thread[] dialling = new Thread[1];
                CountDownLatch known = new CountDownLatch(1);
                dials.add(background(Thread.ofPlatform(), () -> {
                    dialling[0] = Thread.currentThread();
                    known.countDown();
                    return Dialer.DEFAULT.group(small).dial(listener.address());
                }));
                known.await();
                while (dialling[0].getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
            }
            CompletableFuture<Void> closed = beginClose(poller);
            free.countDown();
            result(closed);
            for (CompletableFuture<Connection> dial : dials) {
                Connection connection = result(dial.exceptionally(failure -> {
                    assertThat(failure).isInstanceOf(ClosedException.class);
                    return null;
                }));
                assertThat(connection == null || !connection.isOpen()).isTrue();
            }
        } finally {
            small.close();
        }
    }
}
