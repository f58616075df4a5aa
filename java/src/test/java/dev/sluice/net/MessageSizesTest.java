package dev.sluice.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.SockOpt;
import dev.sluice.Status;
import dev.sluice.conformance.Needs;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Streams whose messages become large and small again: a port may receive small ones and leave large
 * ones to the reading thread, and nobody may see where it changes.
 */
class MessageSizesTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int SMALL = 100;
    private static final int LARGE = 60_000;
    private static final int EACH = 60;
    private static final int BUFFER = 16 * 1024;

    /** Turns of a port within which it would have received what is there. */
    private static final int TURNS = 50;

    /** How a server sends back what it reads. */
    enum Echo {
        ARRAY {
            @Override
            void serve(Connection connection) throws IOException {
                byte[] buffer = new byte[BUFFER];
                int count = connection.read(buffer);
                while (count >= 0) {
                    connection.write(buffer, 0, count);
                    count = connection.read(buffer);
                }
            }
        },
        /** An array that is used again may go to the kernel itself, another one is copied. */
        ARRAYS_IN_TURN {
            @Override
            void serve(Connection connection) throws IOException {
                byte[][] buffers = {new byte[BUFFER], new byte[100_000]};
                int count = 0;
                for (int turn = 0; count >= 0; turn++) {
                    byte[] buffer = buffers[turn / 3 % 2];
                    int offset = turn % 5 == 0 ? 7 : 0;
                    count = connection.read(buffer, offset, buffer.length - offset);
                    if (count > 0) {
                        connection.write(buffer, offset, count);
                    }
                }
            }
        },
        MEMORY {
            @Override
            void serve(Connection connection) throws IOException {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment buffer = arena.allocate(BUFFER);
                    int count = connection.read(buffer);
                    while (count >= 0) {
                        connection.write(buffer.asSlice(0, count));
                        count = connection.read(buffer);
                    }
                }
            }
        },
        HEAP_SEGMENT {
            @Override
            void serve(Connection connection) throws IOException {
                MemorySegment buffer = MemorySegment.ofArray(new byte[BUFFER]);
                int count = connection.read(buffer);
                while (count >= 0) {
                    connection.write(buffer.asSlice(0, count));
                    count = connection.read(buffer);
                }
            }
        },
        TRANSFER {
            @Override
            void serve(Connection connection) throws IOException {
                connection.transferTo(connection);
            }
        };

        abstract void serve(Connection connection) throws IOException;
    }

    private static void fill(byte[] message, int seed) {
        for (int i = 0; i < message.length; i++) {
            message[i] = (byte) (i * 31 + (i >>> 8) + seed);
        }
    }

    /** Sends messages and checks that the same bytes come back. */
    private static void exchange(Connection client, int bytes, int times) throws IOException {
        byte[] message = new byte[bytes];
        byte[] answer = new byte[bytes];
        for (int i = 0; i < times; i++) {
            fill(message, i);
            client.write(message);
            client.readFully(answer);
            assertThat(answer).isEqualTo(message);
        }
    }

    /** Sends one way until reads are large, and leaves nothing unread. */
    private static void sendLarge(Connection from, Connection to) throws Exception {
        byte[] message = new byte[LARGE];
        byte[] into = new byte[LARGE];
        for (int i = 0; i < EACH; i++) {
            fill(message, i);
            CompletableFuture<Void> writing = background(Thread.ofVirtual(), () -> {
                from.write(message);
                return null;
            });
            to.readFully(into);
            result(writing);
            assertThat(into).isEqualTo(message);
        }
    }

    /** A pair whose server has read large messages. */
    private Pair largePair() throws Exception {
        Pair pair = pair();
        pair.server().readDeadline(LONG);
        sendLarge(pair.client(), pair.server());
        return pair;
    }

    @ParameterizedTest
    @EnumSource
    void everyByteComesBackWhateverTheSizes(Echo echo) throws Exception {
        try (Pair pair = pair()) {
            pair.client().readDeadline(LONG);
            CompletableFuture<Void> serving = background(() -> {
                echo.serve(pair.server());
                pair.server().closeWrite();
                return null;
            });
            for (int bytes : new int[]{SMALL, LARGE, SMALL, LARGE, LARGE, SMALL, BUFFER, SMALL}) {
                exchange(pair.client(), bytes, EACH);
            }
            pair.client().closeWrite();
            assertThat(pair.client().read(new byte[1])).isEqualTo(-1);
            result(serving);
        }
    }

    /** The collector moves arrays, but not during the calls of the kernel that use them. */
    @Test
    void everyByteComesBackWhileTheCollectorMovesTheArrays() throws Exception {
        assumeTrue(Needs.isLinux(), "elsewhere no array goes to the kernel");
        try (Pair pair = pair()) {
            pair.client().readDeadline(LONG);
            CompletableFuture<Void> serving = background(() -> {
                Echo.ARRAY.serve(pair.server());
                return null;
            });
            CompletableFuture<Void> exchanging = background(() -> {
                exchange(pair.client(), LARGE, 10 * EACH);
                pair.client().closeWrite();
                return null;
            });
            List<byte[]> kept = new ArrayList<>();
            while (!exchanging.isDone()) {
                kept.add(new byte[10_000]);
                if (kept.size() == 1_000) {
                    kept.clear();
                    System.gc();
                }
            }
            result(exchanging);
            result(serving);
        }
    }

    /** Reads of any size while the peer sends pieces of any size, so that the way changes in between. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aStreamOfPiecesOfAnySizeKeepsItsOrder(long seed) throws Exception {
        int total = 12_000_000;
        try (Pair pair = pair()) {
            pair.server().readDeadline(LONG);
            byte[] all = new byte[total];
            new Random(seed).nextBytes(all);
            CompletableFuture<Void> writing = background(() -> {
                Sizes sizes = new Sizes(seed + 100);
                for (int sent = 0; sent < total;) {
                    int part = Math.min(sizes.next(), total - sent);
                    pair.client().write(all, sent, part);
                    sent += part;
                }
                pair.client().closeWrite();
                return null;
            });
            byte[] read = new byte[total];
            Sizes sizes = new Sizes(seed + 200);
            int filled = 0;
            while (filled < total) {
                int most = Math.min(sizes.next(), total - filled);
                filled += pair.server().read(read, filled, most);
            }
            assertThat(read).isEqualTo(all);
            assertThat(pair.server().read(read)).isEqualTo(-1);
            assertThat(pair.server().read(read)).isEqualTo(-1);
            result(writing);
        }
    }

    /** Sizes that stay small or large for a while. */
    private static final class Sizes {
        private final Random random;
        private int left;
        private int most;

        Sizes(long seed) {
            random = new Random(seed);
        }

        int next() {
            if (left-- == 0) {
                left = random.nextInt(80);
                most = random.nextBoolean() ? 500 : 70_000;
            }
            return 1 + random.nextInt(most);
        }
    }

    @Test
    void manyConnectionsChangeAtOnce() throws Exception {
        int count = 50;
        try (PortGroup small = kind.open(1, PortOptions.DEFAULT.poolBuffers(8));
                Listener listener = Listener.open(
                        OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(small))) {
            Thread serving = Thread.ofVirtual().start(() -> listener.serve(Echo.ARRAY::serve));
            List<CompletableFuture<Void>> clients = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                clients.add(background(() -> {
                    try (Connection client = dialer().dial(listener.address())) {
                        client.readDeadline(LONG);
                        for (int bytes : new int[]{SMALL, LARGE, SMALL, LARGE}) {
                            exchange(client, bytes, EACH);
                        }
                    }
                    return null;
                }));
            }
            for (CompletableFuture<Void> client : clients) {
                result(client);
            }
            assertThat(serving.isAlive()).isTrue();
        }
    }

    @Test
    void whatComesWhileNoThreadReadsLargeMessagesStaysInTheKernel() throws Exception {
        assumeTrue(backend == Backend.IO_URING, "elsewhere the kernel keeps what nobody reads");
        try (Pair pair = largePair()) {
            byte[] message = new byte[LARGE];
            pair.client().write(message);
            for (int turn = 0; turn < TURNS; turn++) {
                assertThat(pair.server().get(SockOpt.NODELAY)).isNotNull();
                assertThat(keptBytes()).isZero();
            }
            pair.server().readFully(message);
        }
    }

    private long keptBytes() {
        long kept = 0;
        for (int i = 0; i < group.ports(); i++) {
            kept += group.pollers().next().receiveBudget().usedBytes();
        }
        return kept;
    }

    @Test
    void aReadThatWaitsAmidLargeMessagesEndsWithThePeersEnd() throws Exception {
        try (Pair pair = largePair()) {
            CompletableFuture<Integer> reading = background(() -> pair.server().read(new byte[9]));
            pair.client().closeWrite();
            assertThat(result(reading)).isEqualTo(-1);
        }
    }

    @Test
    void aResetAmidLargeMessagesIsReported() throws Exception {
        Needs.linux("elsewhere a reset may discard what came before it");
        try (Pair pair = largePair()) {
            byte[] last = new byte[LARGE];
            fill(last, 3);
            pair.client().write(last);
            pair.client().abort();
            byte[] into = new byte[LARGE];
            pair.server().readFully(into);
            assertThat(into).isEqualTo(last);
            for (int round = 0; round < 2; round++) {
                assertThatThrownBy(() -> pair.server().read(into))
                        .isInstanceOfSatisfying(ConnectionLostException.class,
                                lost -> assertThat(lost.status()).isEqualTo(Status.RESET));
            }
        }
    }

    @Test
    void aDeadlineAnIdleTimeoutAndAnInterruptLoseNoByteOfWhatFollows() throws Exception {
        try (Pair pair = largePair()) {
            Connection server = pair.server();
            server.readDeadline(Duration.ofMillis(5));
            assertThatThrownBy(() -> server.read(new byte[LARGE]))
                    .isInstanceOf(DeadlineException.class);
            server.readDeadline(LONG);
            server.idleTimeout(Duration.ofMillis(5));
            assertThatThrownBy(() -> server.read(new byte[LARGE]))
                    .isInstanceOf(DeadlineException.class);
            server.idleTimeout(LONG);
            CompletableFuture<Void> reading = background(() -> {
                Thread.currentThread().interrupt();
                server.read(new byte[LARGE]);
                return null;
            });
            assertThat(failureOf(reading)).isInstanceOf(CancelledException.class);
            sendLarge(pair.client(), server);
        }
    }

    /** Of messages that arrived before: read in pieces so small that the way of reading changes. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closeReadKeepsWhatHadArrived(boolean largeBefore) throws Exception {
        assumeTrue(Needs.isLinux(), "elsewhere the system drops what is not read by then");
        try (Pair pair = largeBefore ? largePair() : pair()) {
            Connection server = pair.server();
            server.readDeadline(LONG);
            pair.client().write(new byte[LARGE]);
            // All of it has arrived once the client's side has nothing unacknowledged.
            while (pair.client().tcpInfo().bytesUnacknowledged() > 0) {
                Thread.onSpinWait();
            }
            server.closeRead();
            byte[] piece = new byte[1_000];
            int sum = 0;
            for (int count = server.read(piece); count > 0; count = server.read(piece)) {
                sum += count;
            }
            assertThat(sum).isEqualTo(LARGE);
        }
    }

    @Test
    void aReadThatWaitsAmidLargeMessagesEndsByClosesOfThisSide() throws Exception {
        try (Pair pair = largePair()) {
            CompletableFuture<Integer> reading = background(() -> pair.server().read(new byte[9]));
            pair.server().closeRead();
            assertThat(result(reading)).isEqualTo(-1);
        }
        try (Pair pair = largePair()) {
            CompletableFuture<Integer> reading = background(() -> pair.server().read(new byte[9]));
            TestPorts.awaitBusy(group, 1);
            pair.server().close();
            assertThat(failureOf(reading)).isInstanceOf(ClosedException.class);
        }
    }

    @Test
    void theEndOfTheGroupEndsAReadAmidLargeMessages() throws Exception {
        PortGroup own = kind.open(1);
        try (Listener listener = Listener.open(
                OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(own));
                Connection client = dialer().dial(listener.address());
                Connection server = listener.accept(LONG)) {
            sendLarge(client, server);
            CompletableFuture<Integer> reading =
                    background(Thread.ofPlatform(), () -> server.read(new byte[9]));
            own.close();
            assertThat(failureOf(reading)).isInstanceOf(ClosedException.class);
        } finally {
            own.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void urgentDataAmidLargeMessagesHidesNothing(boolean readerWaits) throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
                Socket peer = new Socket(OwnLoopback.inet(), listener.address().port());
                Connection server = listener.accept(LONG)) {
            peer.setTcpNoDelay(true);
            server.readDeadline(LONG);
            OutputStream out = peer.getOutputStream();
            byte[] message = new byte[LARGE];
            for (int i = 0; i < EACH; i++) {
                CompletableFuture<Void> writing = background(Thread.ofPlatform(), () -> {
                    out.write(message);
                    return null;
                });
                server.readFully(new byte[LARGE]);
                result(writing);
            }
            CompletableFuture<Integer> reading =
                    readerWaits ? background(() -> withoutUrgent(server)) : null;
            for (int round = 0; round < 3; round++) {
                out.write("before".getBytes(US_ASCII));
                peer.sendUrgentData('!');
                out.write("after".getBytes(US_ASCII));
            }
            out.write('.');
            int count = reading == null ? withoutUrgent(server) : result(reading);
            assertThat(count).isEqualTo(3 * "beforeafter".length());
        }
    }

    /** Reads up to the point; returns the number of bytes that are not urgent. */
    private static int withoutUrgent(Connection connection) throws IOException {
        byte[] part = new byte[LARGE];
        int count = 0;
        boolean ended = false;
        while (!ended) {
            int read = connection.read(part);
            assertThat(read).isPositive();
            for (int i = 0; i < read; i++) {
                count += part[i] == '!' || part[i] == '.' ? 0 : 1;
            }
            ended = part[read - 1] == '.';
        }
        return count;
    }
}
