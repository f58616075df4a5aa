package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.OwnLoopback;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** An interrupt ends a call and leaves nothing behind. */
class InterruptedCallsTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void aListenerThatNobodyGotIsClosed() throws Exception {
        CompletableFuture<Boolean> opened = background(() -> {
            Thread.currentThread().interrupt();
            closed(() -> Listener.open(OwnLoopback.ANY_PORT, listening()));
            return Thread.interrupted();
        });
        assertThat(result(opened)).as("the interrupt is kept").isTrue();
        TestPorts.awaitIdle(group);
    }

    @Test
    void aDatagramSocketThatNobodyGotIsClosed() throws Exception {
        CompletableFuture<Boolean> bound = background(() -> {
            Thread.currentThread().interrupt();
            closed(() -> Datagrams.bind(OwnLoopback.at(0), group));
            return Thread.interrupted();
        });
        assertThat(result(bound)).as("the interrupt is kept").isTrue();
        TestPorts.awaitIdle(group);
    }

    /** Either the interrupt came first, or the result; the caller has to close a result. */
    private static void closed(Callable<? extends Closeable> open) throws Exception {
        try {
            open.call().close();
        } catch (CancelledException interrupted) {
            assertThat(interrupted).hasMessageContaining("interrupted");
        }
    }

    @Test
    void aWriterThatWaitsForAnotherEndsToo() throws Exception {
        try (Pair pair = pair()) {
            CountDownLatch writing = new CountDownLatch(1);
            CompletableFuture<Void> first = background(() -> {
                writing.countDown();
                pair.client().write(new byte[64 * 1024 * 1024]);
                return null;
            });
            writing.await();
            while (pair.server().read(new byte[1]) != 1) {
                // The first accept has begun, and holds the connection until it is taken or closed.
            }
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            CompletableFuture<Void> second = background(() -> {
                thread.complete(Thread.currentThread());
                pair.client().write(new byte[1]);
                return null;
            });
            result(thread).interrupt();
            assertThat(failureOf(second)).isInstanceOf(CancelledException.class);
            assertThat(first).isNotDone();
            pair.client().abort();
            assertThat(failureOf(first)).isInstanceOf(ClosedException.class);
        }
    }

    @Test
    void noWriterIsForgottenWhereOthersAreInterrupted() throws Exception {
        int each = 2_000;
        try (Pair pair = pair()) {
            List<Thread> threads = new CopyOnWriteArrayList<>();
            List<CompletableFuture<Void>> writers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                writers.add(background(() -> {
                    threads.add(Thread.currentThread());
                    writeBytes(pair.client(), each);
                    return null;
                }));
            }
            CompletableFuture<Void> all =
                    CompletableFuture.allOf(writers.toArray(new CompletableFuture<?>[0]));
            CompletableFuture<Void> interrupts = background(Thread.ofPlatform(), () -> {
                while (!all.isDone()) {
                    threads.forEach(Thread::interrupt);
                    Thread.onSpinWait();
                }
                return null;
            });
            pair.server().readFully(new byte[writers.size() * each]);
            result(all);
            result(interrupts);
        }
    }

    /** Each byte is a write of its own, which is repeated if an interrupt ended it. */
    private static void writeBytes(Connection connection, int count) throws NetException {
        for (int written = 0; written < count;) {
            try {
                connection.write(new byte[1]);
                written++;
            } catch (CancelledException interrupted) {
                assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
            }
        }
    }

    @Test
    void aServerLetsItsConnectionsFinish() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        CompletableFuture<Thread> serving = new CompletableFuture<>();
        CompletableFuture<Server.Report> served = background(() -> {
            serving.complete(Thread.currentThread());
            Server.Report report = listener.serve(connection -> connection.transferTo(connection));
            assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
            return report;
        });
        try (Connection client = dialer().dial(listener.address())) {
            client.readDeadline(LONG);
            client.write(new byte[]{1});
            client.readFully(new byte[1]);
            result(serving).interrupt();
            while (listener.isOpen()) {
                Thread.onSpinWait();
            }
            client.write(new byte[]{2});
            client.readFully(new byte[1]);
            client.closeWrite();
            assertThat(client.read(new byte[1])).isEqualTo(-1);
        }
        assertThat(result(served)).isEqualTo(new Server.Report(1, 0, 0, 0));
    }
}
