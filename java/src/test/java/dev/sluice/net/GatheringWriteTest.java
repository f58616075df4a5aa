package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SockOpt;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A write of several buffers, over sockets and over TLS. */
class GatheringWriteTest extends TlsFixture {
    private static final int TOTAL = 3_000_000;

    /** Of the kernel, for each side. */
    private static final int BUFFER = 128 * 1024;

    /** More than the buffers of both sides hold. */
    private static final int LARGE = 4 << 20;

    private final byte[] bytes = new byte[TOTAL];

    GatheringWriteTest() {
        new Random(TOTAL).nextBytes(bytes);
    }

    /** Cuts bytes into buffers of both kinds, some of them empty, up to so large. */
    private ByteBuffer[] cut(int buffers, int largest) {
        Random random = new Random(buffers);
        ByteBuffer[] cut = new ByteBuffer[buffers];
        int at = 0;
        for (int i = 0; i < buffers; i++) {
            int length = random.nextInt(Math.min(largest, TOTAL - at) + 1);
            cut[i] = switch (i % 3) {
                case 0 -> ByteBuffer.wrap(bytes, at, length);
                case 1 -> ByteBuffer.allocateDirect(length).put(0, bytes, at, length);
                default -> ByteBuffer.wrap(bytes, at, length).slice().asReadOnlyBuffer();
            };
            at += length;
        }
        return cut;
    }

    private static int remaining(ByteBuffer[] buffers) {
        return Stream.of(buffers).mapToInt(ByteBuffer::remaining).sum();
    }

    private void arrive(Connection from, Connection to, ByteBuffer[] buffers) throws Exception {
        int total = remaining(buffers);
        CompletableFuture<byte[]> read = background(() -> {
            byte[] into = new byte[total];
            to.readFully(into);
            return into;
        });
        from.write(buffers);
        assertThat(result(read)).isEqualTo(Arrays.copyOf(bytes, total));
        assertThat(remaining(buffers)).isZero();
    }

    @Test
    void theBytesOfAllBuffersArriveInTheirOrder() throws Exception {
        try (Pair pair = pair()) {
            arrive(pair.client(), pair.server(), cut(3, 100));
            arrive(pair.client(), pair.server(), cut(40, 60_000));
            arrive(pair.server(), pair.client(), cut(9, 600_000));
            arrive(pair.client(), pair.server(), cut(0, 1));
        }
    }

    @Test
    void moreBuffersThanOneCallTakesArriveToo() throws Exception {
        try (Pair pair = pair()) {
            arrive(pair.client(), pair.server(), cut(5000, 100));
        }
    }

    @Test
    void tlsGathersThemIntoRecords() throws Exception {
        try (TlsPair pair = shaken(dialling, serving)) {
            arrive(pair.client(), pair.server(), cut(3, 100));
            arrive(pair.server(), pair.client(), cut(40, 60_000));
            arrive(pair.client(), pair.server(), cut(3000, 100));
        }
    }

    @Test
    void oneBufferMovesItsPositionToItsLimit() throws Exception {
        try (Pair pair = pair()) {
            ByteBuffer direct = ByteBuffer.allocateDirect(5).position(1).limit(4);
            pair.client().write(direct);
            assertThat(direct.position()).isEqualTo(4);
            pair.client().write(ByteBuffer.wrap(bytes, 10, 20));
            pair.server().readFully(new byte[23]);
        }
    }

    // ---- a write that fails half way -----------------------------------------------------------

    private Pair narrow() throws IOException {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT,
                listening().control(socket -> socket.set(SockOpt.RCVBUF, BUFFER)));
        Connection client = dialer().control(socket -> socket.set(SockOpt.SNDBUF, BUFFER))
                .dial(listener.address());
        return new Pair(listener, client, listener.accept());
    }

    @Test
    void aWriteThatPassedItsDeadlineContinuesWhereItStopped() throws Exception {
        try (Pair pair = narrow()) {
            byte[] large = new byte[LARGE];
            new Random(1).nextBytes(large);
            ByteBuffer[] buffers = {ByteBuffer.wrap(large, 0, 1000), ByteBuffer
                    .allocateDirect(large.length - 1000).put(0, large, 1000, large.length - 1000)};
            CompletableFuture<Boolean> written = background(() -> {
                pair.client().write(buffers);
                return true;
            });
            byte[] read = new byte[large.length];
            pair.server().readFully(read, 0, 1);
            pair.client().writeDeadline(SHORT);
            Throwable late = failureOf(written);
            assertThat(late).isInstanceOfSatisfying(DeadlineException.class, failure -> {
                assertThat(failure.bytesWritten()).isPositive()
                        .isEqualTo(large.length - remaining(buffers));
                assertThat(failure).hasMessageEndingWith(
                        "deadline exceeded after " + failure.bytesWritten() + " bytes");
            });
            pair.client().clearDeadlines();
            assertThatThrownBy(pair.client()::closeWrite).hasMessageContaining("half way");

            CompletableFuture<Boolean> rest = background(() -> {
                pair.client().write(buffers);
                pair.client().closeWrite();
                return true;
            });
            pair.server().readFully(read, 1, read.length - 1);
            assertThat(read).isEqualTo(large);
            assertThat(pair.server().read(new byte[1])).isEqualTo(-1);
            assertThat(result(rest)).isTrue();
            pair.server().closeWrite();
            assertThat(pair.client().closeGracefully(LONG)).isEqualTo(Status.OK);
        }
    }

    @Test
    void anotherWriteDoesNotMakeTheStreamWhole() throws Exception {
        try (Pair pair = narrow()) {
            ByteBuffer large = ByteBuffer.allocate(LARGE);
            CompletableFuture<Boolean> written = background(() -> {
                pair.client().write(large);
                return true;
            });
            pair.server().readFully(new byte[1]);
            pair.client().writeDeadline(SHORT);
            assertThat(failureOf(written)).isInstanceOf(DeadlineException.class);
            pair.client().clearDeadlines();
            pair.server().readFully(new byte[large.position() - 1]);
            pair.client().write(new byte[7]);
            pair.client().write(ByteBuffer.allocate(7));
            CompletableFuture<Boolean> rest = background(() -> {
                pair.client().write(large);
                return true;
            });
            pair.server().readFully(new byte[large.remaining() + 14]);
            assertThat(result(rest)).isTrue();
            assertThatThrownBy(pair.client()::closeWrite).hasMessageContaining("half way");
        }
    }
}
