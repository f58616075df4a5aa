package dev.sluice.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** How bytes move, and how a connection ends. */
class ConnectionTest extends NetTest {
    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    @Test
    void bytesArriveInEveryFormInWhichTheyCanBeGiven() throws Exception {
        try (Pair pair = pair(); Arena arena = Arena.ofConfined()) {
            pair.client().write("array ".getBytes(US_ASCII));
            pair.client().write(ByteBuffer.wrap("heap buffer ".getBytes(US_ASCII)));
            ByteBuffer direct = ByteBuffer.allocateDirect(14);
            pair.client().write(direct.put("direct buffer ".getBytes(US_ASCII)).flip());
            assertThat(direct.hasRemaining()).isFalse();
            pair.client().write(arena.allocateFrom("segment ").asSlice(0, 8));
            pair.client().write(ByteBuffer.wrap("read only".getBytes(US_ASCII)).asReadOnlyBuffer());

            byte[] array = new byte[6];
            pair.server().readFully(array);
            assertThat(new String(array, US_ASCII)).isEqualTo("array ");
            ByteBuffer heap = ByteBuffer.allocate(12);
            while (heap.hasRemaining()) {
                assertThat(pair.server().read(heap)).isPositive();
            }
            assertThat(new String(heap.array(), US_ASCII)).isEqualTo("heap buffer ");
            MemorySegment segment = arena.allocate(22);
            int filled = 0;
            while (filled < 22) {
                filled += pair.server().read(segment.asSlice(filled));
            }
            assertThat(new String(segment.toArray(ValueLayout.JAVA_BYTE), US_ASCII))
                    .isEqualTo("direct buffer segment ");
            ByteBuffer last = ByteBuffer.allocateDirect(9);
            while (last.hasRemaining()) {
                assertThat(pair.server().read(last)).isPositive();
            }
            assertThat(US_ASCII.decode(last.flip()).toString()).isEqualTo("read only");
        }
    }

    @Test
    void manyBytesArriveInOrderThoughThePeerReadsSlowly() throws Exception {
        byte[] sent = bytes(8 * 1024 * 1024);
        try (Pair pair = pair()) {
            CompletableFuture<Void> writing = background(() -> {
                pair.client().write(sent);
                pair.client().closeWrite();
                return null;
            });
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            byte[] part = new byte[10_007];
            for (int count = pair.server().read(part); count >= 0; count =
                    pair.server().read(part)) {
                received.write(part, 0, count);
                Thread.onSpinWait();
            }
            result(writing);
            assertThat(received.toByteArray()).isEqualTo(sent);
        }
    }

    @Test
    void anEchoByTransferGivesEverythingBack() throws Exception {
        byte[] sent = bytes(3_000_000);
        try (Pair pair = pair()) {
            CompletableFuture<Long> echo = background(() -> {
                long copied = pair.server().transferTo(pair.server());
                pair.server().closeWrite();
                return copied;
            });
            CompletableFuture<Long> writing = background(() -> {
                long count =
                        new ByteArrayInputStream(sent).transferTo(pair.client().outputStream());
                pair.client().closeWrite();
                return count;
            });
            ByteArrayOutputStream back = new ByteArrayOutputStream();
            assertThat(pair.client().inputStream().transferTo(back)).isEqualTo(sent.length);
            assertThat(back.toByteArray()).isEqualTo(sent);
            assertThat(result(echo)).isEqualTo(sent.length);
            assertThat(result(writing)).isEqualTo(sent.length);
        }
    }

    @Test
    void theEndOfTheStreamIsReportedAgainAndTheOtherDirectionContinues() throws Exception {
        try (Pair pair = pair()) {
            pair.client().write(bytes(3));
            pair.client().closeWrite();
            pair.client().closeWrite();
            byte[] three = new byte[3];
            pair.server().readFully(three);
            assertThat(pair.server().read(new byte[1])).isEqualTo(-1);
            assertThat(pair.server().read(new byte[1])).isEqualTo(-1);
            pair.server().write(three);
            InputStream in = pair.client().inputStream();
            assertThat(in.readNBytes(3)).isEqualTo(bytes(3));
            assertThatThrownBy(() -> pair.client().write(bytes(1)))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("write tcp 127.0.0.1:");
        }
    }

    @Test
    void readFullyReportsWhatIsMissing() throws Exception {
        try (Pair pair = pair()) {
            pair.client().write(bytes(3));
            pair.client().close();
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> pair.server().readFully(new byte[8]))
                    .withMessageContaining("end of stream after 3 of 8 bytes");
        }
    }

    @Test
    void anAbortIsAResetAndNoEnd() throws Exception {
        try (Pair pair = pair()) {
            CompletableFuture<Integer> reading =
                    background(() -> pair.server().read(new byte[16]));
            pair.client().abort();
            Throwable failure = failureOf(reading);
            assertThat(failure).isInstanceOf(ConnectionLostException.class)
                    .hasMessageStartingWith("read tcp " + OwnLoopback.HOST + ":")
                    .hasMessageEndingWith(": connection reset by the peer");
            assertThat(((NetException) failure).status()).isEqualTo(Status.RESET);
            assertThat(((NetException) failure).nativeCode()).isNotZero();
            assertThatThrownBy(() -> pair.server().read(new byte[16]))
                    .isInstanceOf(ConnectionLostException.class);
        }
    }

    @Test
    void closeFromAnotherThreadEndsReaderAndWriter() throws Exception {
        try (Pair pair = pair()) {
            CompletableFuture<Integer> reading =
                    background(() -> pair.server().read(new byte[16]));
            CompletableFuture<Void> writing = background(Thread.ofPlatform(), () -> {
                while (true) {
                    pair.server().write(new byte[1 << 20]);
                }
            });
            pair.client().readFully(new byte[1000]);
            pair.server().close();
            pair.server().close();
            assertThat(failureOf(reading)).isInstanceOf(ClosedException.class)
                    .hasMessageEndingWith(": closed on this side");
            assertThat(failureOf(writing)).isInstanceOf(ClosedException.class);
            assertThat(pair.server().isOpen()).isFalse();
            assertThatThrownBy(() -> pair.server().read(new byte[1]))
                    .isInstanceOf(ClosedException.class);
            assertThatThrownBy(() -> pair.server().tcpInfo()).isInstanceOf(ClosedException.class);
        }
    }

    @Test
    void aGracefulCloseDeliversEverythingAndReportsHowItEnded() throws Exception {
        byte[] sent = bytes(2_000_000);
        try (Pair pair = pair()) {
            CompletableFuture<Status> closing = background(() -> {
                pair.client().write(sent);
                return pair.client().closeGracefully(Duration.ofSeconds(60));
            });
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            pair.server().inputStream().transferTo(received);
            assertThat(received.toByteArray()).isEqualTo(sent);
            pair.server().close();
            assertThat(result(closing)).isEqualTo(Status.OK);
        }
    }

    @Test
    void aGracefulCloseIsBounded() throws Exception {
        try (Pair pair = pair()) {
            assertThat(pair.client().closeGracefully(Duration.ofMillis(50)))
                    .isEqualTo(Status.DEADLINE);
            assertThat(pair.server().read(new byte[1])).isEqualTo(-1);
        }
    }

    /** Again and again, since the kernel may wake the read before the close has returned. */
    @RepeatedTest(30)
    void closeReadEndsAReadThatWaits() throws Exception {
        try (Pair pair = pair()) {
            CompletableFuture<Integer> reading =
                    background(() -> pair.server().read(new byte[16]));
            pair.server().closeRead();
            assertThat(result(reading)).isEqualTo(-1);
            pair.server().write(bytes(2));
            pair.client().readFully(new byte[2]);
        }
    }

    @Test
    void aSecondReaderIsRefused() throws Exception {
        try (Pair pair = pair()) {
            CompletableFuture<Integer> first = background(() -> pair.server().read(new byte[1]));
            CompletableFuture<Integer> second = background(() -> pair.server().read(new byte[1]));
            CompletableFuture.anyOf(first, second).exceptionally(refused -> null).join();
            boolean firstRefused = first.isDone();
            assertThat(failureOf(firstRefused ? first : second))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("another thread is reading it");
            pair.client().write(bytes(1));
            assertThat(result(firstRefused ? second : first)).isEqualTo(1);
        }
    }

    @Test
    void whatSeveralWritersWriteStaysTogether() throws Exception {
        int size = 300_000;
        try (Pair pair = pair()) {
            List<CompletableFuture<Void>> writers = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                byte[] own = new byte[size];
                Arrays.fill(own, (byte) writer);
                writers.add(background(() -> {
                    pair.client().write(own);
                    return null;
                }));
            }
            for (int part = 0; part < 4; part++) {
                byte[] whole = new byte[size];
                pair.server().readFully(whole);
                byte[] expected = new byte[size];
                Arrays.fill(expected, whole[0]);
                assertThat(whole).isEqualTo(expected);
            }
            for (CompletableFuture<Void> writer : writers) {
                result(writer);
            }
        }
    }

    @Test
    void addressesAreKnownOnBothSidesAndAfterTheEnd() throws Exception {
        try (Pair pair = pair()) {
            assertThat(pair.client().remoteAddress()).isEqualTo(pair.listener().address());
            assertThat(pair.server().remoteAddress()).isEqualTo(pair.client().localAddress());
            assertThat(pair.server().localAddress()).isEqualTo(pair.listener().address());
            pair.client().abort();
            assertThat(pair.client().toString()).isEqualTo("connection tcp "
                    + pair.client().localAddress() + "->" + pair.listener().address());
        }
    }

    @Test
    void theGroupsEndIsTheEndOfItsConnections() throws Exception {
        try (Pair pair = pair()) {
            CompletableFuture<Integer> reading =
                    background(() -> pair.server().read(new byte[16]));
            pair.client().write(bytes(1));
            assertThat(result(reading)).isEqualTo(1);
            CompletableFuture<Integer> again = background(() -> pair.server().read(new byte[16]));
            group.close();
            assertThat(failureOf(again)).isInstanceOf(NetException.class);
        }
    }
}
