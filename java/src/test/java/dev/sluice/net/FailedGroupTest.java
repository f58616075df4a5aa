package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.PortFailedException;
import dev.sluice.conformance.BrokenWaits;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.testing.OwnLoopback;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * The ports of a group fail while they are in use: every call reports the cause, and none hangs.
 */
class FailedGroupTest extends NetTest {
    /** Threads outside the group: they observe how the threads of the group fail. */
    private static <T> CompletableFuture<T> elsewhere(java.util.concurrent.Callable<T> work) {
        return background(Thread.ofPlatform().daemon(), work);
    }

    private static void assertCauseIsNamed(Throwable failure) {
        assertThat(failure).isInstanceOf(ClosedException.class)
                .hasMessageContaining("the port failed")
                .hasCauseInstanceOf(PortFailedException.class);
    }

    @Test
    void everyCallThatWaitsFailsWithTheCause() throws Throwable {
        BrokenWaits waits = BrokenWaits.prepare();
        PortGroup failing = kind.open(1);
        Listener listener = Listener.open(OwnLoopback.ANY_PORT,
                ListenerOptions.DEFAULT.group(failing));
        List<Connection> held = new ArrayList<>();
        Dialer dialer = Dialer.DEFAULT.group(failing);
        held.add(dialer.dial(listener.address()));
        Connection server = listener.accept();
        held.add(server);
        java.net.Socket peer =
                new java.net.Socket(OwnLoopback.HOST, listener.address().port());
        held.add(listener.accept());
        Datagrams datagrams =
                Datagrams.bind(dev.sluice.Address.parse(OwnLoopback.ANY_PORT), failing);
        Poller poller = failing.pollers().next();
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        waiting.add(elsewhere(() -> server.read(new byte[10])));
        waiting.add(elsewhere(listener::accept));
        waiting.add(elsewhere(() -> datagrams.receive(new byte[10])));
        waits.makeFail();
        // The current wait is the last one that works; it may end for many reasons.
        while (!poller.isStopping()) {
            poller.port().wakeup();
            LockSupport.parkNanos(1_000_000);
        }
        for (CompletableFuture<?> each : waiting) {
            assertCauseIsNamed(failureOf(each));
        }
        assertThat(failureOf(elsewhere(() -> peer.getInputStream().read())))
                .as("what a peer sees").isInstanceOf(java.net.SocketException.class);
        peer.close();
        assertCauseIsNamed(failureOf(elsewhere(() -> dialer.dial(listener.address()))));
        assertCauseIsNamed(failureOf(elsewhere(() -> held.getFirst().read(new byte[10]))));
        assertCauseIsNamed(failureOf(elsewhere(() -> Listener.open(OwnLoopback.ANY_PORT,
                ListenerOptions.DEFAULT.group(failing)))));
        listener.close();
        held.forEach(Connection::abort);
        datagrams.close();
        failing.close();
    }

    @Test
    void thePortsThatWorkServeOnWhereOneFailed() throws Throwable {
        Poller first = group.pollers().next();
        first.stop();
        first.close();
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
                Connection client = dialer().dial(listener.address());
                Connection server = listener.accept()) {
            client.write("x".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(server.read(new byte[10])).isEqualTo(1);
        }
    }
}
