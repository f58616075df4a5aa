package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.net.dialling.ConnectAttempt;
import dev.sluice.internal.net.ports.Poller;
import dev.sluice.testing.OwnLoopback;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connect that is under way when its port closes. */
class ConnectAttemptTest extends NetTest {
    private final Queue<ConnectAttempt> reports = new LinkedBlockingQueue<>();

    /**
     * On io_uring the kernel may connect within the port's close: a success that comes too late.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itEndsWithItsPortWhoseThreadEndsWell(boolean cancelled) throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            PortGroup closing = kind.open(1);
            Poller poller = closing.pollers().next();
            CompletableFuture<Throwable> failed = new CompletableFuture<>();
            poller.thread().setUncaughtExceptionHandler((_, failure) -> failed.complete(failure));
            ConnectAttempt[] attempt = new ConnectAttempt[1];
            CompletableFuture<CompletableFuture<Void>> asked = new CompletableFuture<>();
            Dialer dialer = Dialer.DEFAULT.group(closing).control(_ -> {
                // On the port's thread, just before it connects.
                if (cancelled) {
                    attempt[0].cancel();
                }
                // Not on a virtual thread: this one may occupy the only carrier.
                asked.complete(background(Thread.ofPlatform().daemon(), () -> {
                    closing.close();
                    return null;
                }));
                while (!poller.isStopping()) {
                    Thread.onSpinWait();
                }
                poller.port().wakeup();
            });
            attempt[0] = new ConnectAttempt(
                    poller, dialer.settings(), listener.address(), reports::add);
            attempt[0].begin();
            result(result(asked));
            poller.thread().join();
            assertThat(failed.getNow(null)).isNull();
            assertThat(reports).as("told that it has no connection").hasSize(1);
            assertThat(attempt[0].claim()).isNull();
        }
    }
}
