package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Backend;
import dev.sluice.conformance.Descriptors;
import dev.sluice.conformance.WineLimits;
import dev.sluice.internal.net.connection.ConnectionState;
import dev.sluice.internal.net.connection.SocketConnection;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The base of each class of this package. It runs once for each kind of group, with two ports.
 * After each test the group is closed, and then no descriptor is open that was not open before.
 */
@ExtendWith(WineLimits.class)
@ParameterizedClass(name = "{0}")
@MethodSource("dev.sluice.net.GroupKind#all")
// longer than any test takes: only a test that hangs fails by it
@Timeout(value = 10, unit = TimeUnit.MINUTES)
abstract class NetTest {
    @Parameter
    GroupKind kind;

    Backend backend;

    PortGroup group;

    private final Descriptors before = Descriptors.now();

    @BeforeEach
    void openGroup() throws NetException {
        backend = kind.backend();
        group = kind.open(2);
    }

    @AfterEach
    void closeGroup() {
        group.close();
        before.awaitNoneMore();
    }

    final ListenerOptions listening() {
        return ListenerOptions.DEFAULT.group(group);
    }

    final Dialer dialer() {
        return Dialer.DEFAULT.group(group);
    }

    /** A listener and one connection from both ends. */
    final Pair pair() throws IOException {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Connection client = dialer().dial(listener.address());
        return new Pair(listener, client, listener.accept());
    }

    /** Returns the part of a connection that it shares with its port. */
    static ConnectionState state(Connection connection) {
        return ((SocketConnection) connection).state();
    }

    record Pair(Listener listener, Connection client, Connection server)
            implements AutoCloseable {
        @Override
        public void close() {
            client.close();
            server.close();
            listener.close();
        }
    }

    /** Runs on a virtual thread of the group; {@link #result} waits for the result. */
    final <T> CompletableFuture<T> background(Callable<T> work) {
        return background(group.pollers().next().threads(), work);
    }

    static <T> CompletableFuture<T> background(Thread.Builder builder, Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread thread = builder.start(() -> {
            try {
                done.complete(work.call());
            } catch (Throwable failure) {
                done.completeExceptionally(failure);
            }
        });
        assert thread.threadId() > 0;
        return done;
    }

    /** Returns the result within a generous time; throws the failure as a cause. */
    static <T> T result(CompletableFuture<T> done) throws ExecutionException {
        try {
            return done.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException stuck) {
            throw new AssertionError("it does not end", stuck);
        }
    }

    /** Checks that it ended without a failure, or failed with that. */
    static void assertEndedOrFailed(
            CompletableFuture<?> done, Class<? extends Throwable> expected) {
        try {
            result(done);
        } catch (ExecutionException failure) {
            assertThat(failure.getCause()).isInstanceOf(expected);
        }
    }

    /** Returns what it failed with. */
    static Throwable failureOf(CompletableFuture<?> done) {
        try {
            return new AssertionError("it succeeded: " + result(done));
        } catch (ExecutionException failure) {
            return failure.getCause();
        }
    }
}
