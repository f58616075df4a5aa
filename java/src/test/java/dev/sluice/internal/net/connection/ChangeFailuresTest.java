package dev.sluice.internal.net.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.conformance.BackendsUnderTest;
import dev.sluice.internal.net.ports.ScarcePoller;
import dev.sluice.internal.net.ports.ScarcePoller.Tasks;
import dev.sluice.net.NetException;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Where the way of receiving cannot be changed, or the port cannot be asked to receive, no byte is lost
 * and no reader waits for ever.
 */
@Timeout(600)
class ChangeFailuresTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int LARGE = 60_000;
    private static final int SMALL = 100;
    private static final int EACH = 60;

    /** More than a port keeps of a connection that no thread reads. */
    private static final int TOO_MUCH = 300_000;

    private ScarcePoller poller;
    private ServerSocket listener;
    private Socket peer;
    private SocketConnection connection;

    /** How many bytes the peer has sent, and how many were read. */
    private int sent;

    private int read;

    @BeforeEach
    void connect() throws Exception {
        assumeTrue(BackendsUnderTest.all().contains(Backend.IO_URING), "needs io_uring");
        poller = ScarcePoller.start(
                CompletionPort.open(PortOptions.DEFAULT.backend(Backend.IO_URING)));
        listener = new ServerSocket(0, 1, OwnLoopback.inet());
        Address address = Address.from(OwnLoopback.inet(listener.getLocalPort()));
        CompletableFuture<SocketConnection> connected = new CompletableFuture<>();
        assertThat(poller.execute(() -> connect(address, connected))).isTrue();
        peer = listener.accept();
        connection = connected.get();
        connection.readDeadline(LONG);
    }

    private void connect(Address address, CompletableFuture<SocketConnection> connected) {
        try {
            NativeSocket socket = poller.port().socket(SocketType.streamFor(address));
            poller.port().submit(new Connect(socket, address).onCompletion(event -> {
                try {
                    connected.complete(SocketConnection.dialled(poller, socket, address));
                } catch (Exception failure) {
                    connected.completeExceptionally(failure);
                }
            }));
        } catch (Exception failure) {
            connected.completeExceptionally(failure);
        }
    }

    @AfterEach
    void close() throws IOException {
        if (poller != null) {
            poller.tasks = Tasks.RUN;
            poller.close();
            peer.close();
            listener.close();
        }
    }

    private static void until(String what, BooleanSupplier holds) {
        long endNanos = System.nanoTime() + LONG.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - endNanos)
                    .as("timed out waiting for: %s", what).isNegative();
            LockSupport.parkNanos(100_000);
        }
    }

    /** Sends bytes, each of which shows its place in the stream. */
    private void send(int bytes) throws IOException {
        byte[] message = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            message[i] = (byte) (sent + i);
        }
        OutputStream out = peer.getOutputStream();
        out.write(message);
        sent += bytes;
    }

    /** Reads once and checks that nothing is missing. */
    private int readSome(int most) throws IOException {
        byte[] into = new byte[most];
        int count = connection.read(into);
        for (int i = 0; i < count; i++) {
            assertThat(into[i]).as("byte %d", read + i).isEqualTo((byte) (read + i));
        }
        read += Math.max(count, 0);
        return count;
    }

    private void exchange(int bytes) throws IOException {
        for (int i = 0; i < EACH; i++) {
            send(bytes);
            while (read < sent) {
                assertThat(readSome(bytes)).isPositive();
            }
        }
    }

    @Test
    void withoutMemoryForTheChangesNoByteIsLostAndTheyComeLater() throws Exception {
        exchange(SMALL);
        poller.tasks = Tasks.FAIL;
        exchange(LARGE);
        int before = poller.failed.get();
        assertThat(before).as("changes to large messages that failed").isPositive();
        poller.tasks = Tasks.RUN;
        exchange(LARGE);
        poller.tasks = Tasks.FAIL;
        exchange(SMALL);
        assertThat(poller.failed.get()).as("changes back that failed").isGreaterThan(before);
        poller.tasks = Tasks.RUN;
        exchange(SMALL);
        exchange(LARGE);
        peer.shutdownOutput();
        assertThat(readSome(1)).isEqualTo(-1);
    }

    @Test
    void withoutMemoryToAskForMoreAReadFailsAndALaterOneContinues() throws Exception {
        CompletableFuture<Void> sending = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                send(TOO_MUCH);
                sending.complete(null);
            } catch (IOException failure) {
                sending.completeExceptionally(failure);
            }
        });
        until("the port receives no more", () -> pending() == 0);
        poller.tasks = Tasks.FAIL;
        assertThatThrownBy(() -> {
            while (true) {
                assertThat(readSome(1_000)).isPositive();
            }
        }).isInstanceOfSatisfying(NetException.class,
                failure -> assertThat(failure.status()).isEqualTo(Status.OUT_OF_MEMORY));
        assertThat(read).as("what was there").isPositive();
        assertThat(poller.failed.get()).as("asked while bytes were there, and for the wait")
                .isGreaterThan(1);
        poller.tasks = Tasks.RUN;
        while (read < TOO_MUCH) {
            assertThat(readSome(1_000)).isPositive();
        }
        sending.get(60, TimeUnit.SECONDS);
    }

    private int pending() {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        assertThat(poller.execute(() -> count.complete(poller.port().pendingOperations())))
                .isTrue();
        return count.join();
    }

    @Test
    void aPollThatFailsDuringTheChangeBackEndsTheRead() throws Exception {
        exchange(LARGE);
        connection.clearDeadlines(); // The read shall not end by its own.
        poller.tasks = Tasks.HOLD;
        CompletableFuture<Integer> reading = new CompletableFuture<>();
        Thread reader = Thread.ofPlatform().daemon().start(() -> {
            try {
                int count = 0;
                while (count >= 0) {
                    count = connection.read(new byte[SMALL]);
                }
                reading.complete(count);
            } catch (IOException failure) {
                reading.completeExceptionally(failure);
            }
        });
        until("the change back was asked for", () -> {
            try {
                send(1);
            } catch (IOException failure) {
                throw new AssertionError(failure);
            }
            return !poller.held.isEmpty();
        });
        poller.tasks = Tasks.RUN;
        until("the reader waits", () -> reader.getState() == Thread.State.WAITING);
        AdaptiveReadSide side = (AdaptiveReadSide) connection.state().reading;
        // A kernel that fails a poll by itself cannot be had: its deadline ends it instead.
        assertThat(poller.execute(() -> poller.port().moveDeadline(side.poll, 0))).isTrue();
        assertThat(failureOf(reading)).isInstanceOfSatisfying(NetException.class,
                failure -> assertThat(failure.status()).isEqualTo(Status.DEADLINE));
        poller.held.forEach(task -> assertThat(poller.execute(task)).isTrue());
        assertThatThrownBy(() -> connection.read(new byte[1])).isInstanceOf(NetException.class);
    }

    private static Throwable failureOf(CompletableFuture<?> done) throws Exception {
        try {
            return new AssertionError("it succeeded: " + done.get(60, TimeUnit.SECONDS));
        } catch (TimeoutException stuck) {
            throw new AssertionError("the read does not end", stuck);
        } catch (ExecutionException failure) {
            return failure.getCause();
        }
    }
}
