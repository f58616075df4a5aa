package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.internal.net.ports.Poller;
import dev.sluice.internal.net.ports.WriteBatch;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Small writes of many connections at once, which some ports collect: they keep their order with
 * what comes after them, and their failures are reported.
 */
class WriteBatchTest extends NetTest {
    private static final int CONNECTIONS = 64;
    private static final int ROUNDS = 60;

    /** Sizes below and above the largest write that is collected. */
    private static int sizeOf(int connection, int round) {
        return round % 7 == 3
                ? WriteBatch.CHUNK_BYTES + connection
                : 1 + (connection + round) % 200;
    }

    private static byte[] message(int connection, int round) {
        byte[] bytes = new byte[sizeOf(connection, round)];
        Arrays.fill(bytes, (byte) (connection * 31 + round));
        return bytes;
    }

    @Test
    void theyArriveInOrderAndBeforeTheEndThatFollowsThem() throws Exception {
        Thread serving;
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            serving = Thread.ofVirtual().start(() -> listener.serve(connection -> {
                connection.transferTo(connection);
                // The last bytes and the end of the stream at once.
                connection.write(new byte[]{42});
                connection.closeWrite();
            }));
            List<CompletableFuture<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                int number = i;
                clients.add(background(() -> talk(listener, number)));
            }
            for (CompletableFuture<Integer> client : clients) {
                assertThat(client.get(60, TimeUnit.SECONDS)).isEqualTo(ROUNDS);
            }
        }
        serving.join();
        assertCollected();
    }

    private int talk(Listener listener, int number) throws IOException {
        try (Connection connection = dialer().dial(listener.address())) {
            int right = 0;
            for (int round = 0; round < ROUNDS; round++) {
                byte[] sent = message(number, round);
                connection.write(sent);
                byte[] back = new byte[sent.length];
                connection.readFully(back);
                right += Arrays.equals(back, sent) ? 1 : 0;
            }
            connection.closeWrite();
            byte[] last = new byte[2];
            assertThat(connection.read(last)).isEqualTo(1);
            assertThat(last[0]).isEqualTo((byte) 42);
            assertThat(connection.read(last)).isEqualTo(-1);
            return right;
        }
    }

    @Test
    void aCloseSendsThemFirst() throws Exception {
        Thread serving;
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            serving = Thread.ofVirtual().start(() -> listener.serve(connection -> {
                byte[] question = new byte[1];
                connection.readFully(question);
                connection.write(question);
                connection.write(question);
                connection.close();
            }));
            List<CompletableFuture<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS * 4; i++) {
                clients.add(background(() -> ask(listener)));
            }
            for (CompletableFuture<Integer> client : clients) {
                assertThat(client.get(60, TimeUnit.SECONDS)).isEqualTo(2);
            }
        }
        serving.join();
    }

    private int ask(Listener listener) throws IOException {
        try (Connection connection = dialer().dial(listener.address())) {
            connection.write(new byte[]{7});
            return connection.inputStream().readAllBytes().length;
        }
    }

    @Test
    void theirFailureIsReportedByTheNextWrite() throws Exception {
        List<Pair> pairs = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                pairs.add(pair());
            }
            List<CompletableFuture<Integer>> writers = new ArrayList<>();
            for (Pair pair : pairs) {
                writers.add(background(() -> writeUntilLost(pair.server())));
            }
            for (Pair pair : pairs) {
                pair.client().write(new byte[]{1});
                pair.client().abort();
            }
            for (CompletableFuture<Integer> writer : writers) {
                assertThat(writer.get(60, TimeUnit.SECONDS)).isNotNegative();
            }
        } finally {
            for (Pair pair : pairs) {
                pair.close();
            }
        }
    }

    private static int writeUntilLost(Connection connection) throws Exception {
        connection.writeDeadline(Duration.ofSeconds(30));
        int written = 0;
        while (true) {
            try {
                connection.write(new byte[]{5});
                written++;
                Thread.sleep(1);
            } catch (NetException lost) {
                assertThat(lost.isTimeout()).as("%s", lost).isFalse();
                return written;
            }
        }
    }

    /** Checks that some writes were collected, on ports that collect. */
    private void assertCollected() throws Exception {
        assumeThat(group.pollers().next().writeBatch()).isNotNull();
        long collected = 0;
        for (int i = 0; i < group.ports(); i++) {
            Poller poller = group.pollers().next();
            CompletableFuture<Long> count = new CompletableFuture<>();
            assertThat(poller.execute(() -> count.complete(poller.writeBatch().submitted())))
                    .isTrue();
            collected += count.get(10, TimeUnit.SECONDS);
        }
        assertThat(collected).isPositive();
    }
}
