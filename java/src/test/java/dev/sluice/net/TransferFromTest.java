package dev.sluice.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.SockOpt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Files that a connection sends: by the kernel where it can, else by copying. */
class TransferFromTest extends TlsFixture {
    private static final int MIB = 1 << 20;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final List<Path> made = new ArrayList<>();

    private static byte[] content(int bytes) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return content;
    }

    /** Beside the classes: the name of a temporary folder wants random numbers, which Wine lacks. */
    private Path file(byte[] content) throws IOException {
        Path file = Path.of("target",
                "transfer-" + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
        made.add(file);
        return Files.write(file, content);
    }

    @AfterEach
    void deleteFiles() throws IOException {
        for (Path each : made) {
            Files.deleteIfExists(each);
        }
    }

    private CompletableFuture<byte[]> readAll(Connection connection) {
        return background(() -> {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            connection.inputStream().transferTo(all);
            return all.toByteArray();
        });
    }

    private PlainPeer plain() throws IOException {
        PlainPeer plain = PlainPeer.accepted(listening(), 16 * 1024, LONG);
        plain.peer().setSoTimeout(60_000);
        plain.connection().set(SockOpt.SNDBUF, 100_000);
        return plain;
    }

    // ---- what arrives --------------------------------------------------------------------------

    @Test
    void aFileArrivesBetweenTheWritesBeforeAndBehindIt() throws Exception {
        byte[] content = content(5 * MIB + 321);
        Path file = file(content);
        try (Pair pair = pair(); FileChannel channel = FileChannel.open(file)) {
            CompletableFuture<byte[]> read = readAll(pair.server());
            Connection client = pair.client();
            result(background(() -> {
                client.write("head ".getBytes(US_ASCII));
                assertThat(client.transferFrom(file, 0, content.length))
                        .isEqualTo(content.length);
                client.write(" middle ".getBytes(US_ASCII));
                assertThat(client.transferFrom(channel, 1000, 2 * MIB)).isEqualTo(2 * MIB);
                client.write(" tail".getBytes(US_ASCII));
                client.closeWrite();
                return null;
            }));
            assertThat(channel.position()).isZero();
            ByteArrayOutputStream wanted = new ByteArrayOutputStream();
            wanted.writeBytes("head ".getBytes(US_ASCII));
            wanted.writeBytes(content);
            wanted.writeBytes(" middle ".getBytes(US_ASCII));
            wanted.write(content, 1000, 2 * MIB);
            wanted.writeBytes(" tail".getBytes(US_ASCII));
            assertThat(result(read)).isEqualTo(wanted.toByteArray());
        }
    }

    @Test
    void aFileThatIsShorterIsSentAsFarAsItGoes() throws Exception {
        byte[] content = content(100_000);
        Path file = file(content);
        try (Pair pair = pair(); FileChannel channel = FileChannel.open(file)) {
            CompletableFuture<byte[]> read = readAll(pair.server());
            assertThat(pair.client().transferFrom(file, 40_000, MIB)).isEqualTo(60_000);
            assertThat(pair.client().transferFrom(file, 100_000, 5)).isZero();
            assertThat(pair.client().transferFrom(channel, 99_998, 5)).isEqualTo(2);
            assertThat(pair.client().transferFrom(channel, 200_000, 5)).isZero();
            assertThat(pair.client().transferFrom(file, 0, 0)).isZero();
            pair.client().closeWrite();
            byte[] wanted = Arrays.copyOfRange(content, 40_000, 100_002);
            wanted[60_000] = content[99_998];
            wanted[60_001] = content[99_999];
            assertThat(result(read)).isEqualTo(wanted);
        }
    }

    @Test
    void theBytesOfOneCallStayTogether() throws Exception {
        byte[] ones = new byte[3 * MIB];
        Arrays.fill(ones, (byte) 1);
        Path file = file(ones);
        try (Pair pair = pair(); FileChannel channel = FileChannel.open(file)) {
            CompletableFuture<byte[]> read = readAll(pair.server());
            byte[] twos = new byte[1000];
            Arrays.fill(twos, (byte) 2);
            CompletableFuture<Long> byPath =
                    background(() -> pair.client().transferFrom(file, 0, ones.length));
            CompletableFuture<Long> byChannel =
                    background(() -> pair.client().transferFrom(channel, 0, ones.length));
            CompletableFuture<Void> writing = background(() -> {
                for (int i = 0; i < 50; i++) {
                    pair.client().write(twos);
                }
                return null;
            });
            result(byPath);
            result(byChannel);
            result(writing);
            pair.client().closeWrite();
            byte[] all = result(read);
            assertThat(all).hasSize(6 * MIB + 50_000);
            long runs = 0;
            for (int i = 1; i < all.length; i++) {
                runs += all[i] == 1 && all[i - 1] != 1 ? 1 : 0;
            }
            assertThat(runs + all[0] % 2).as("runs of the file").isBetween(1L, 2L);
        }
    }

    @Test
    void aFileOfAnotherFileSystemIsCopied() throws Exception {
        Path archive = Path.of("target", "archive-" + COUNT.incrementAndGet() + "-"
                + ProcessHandle.current().pid() + ".zip");
        made.add(archive);
        byte[] content = content(200_000);
        URI uri = URI.create("jar:" + archive.toUri());
        try (Pair pair = pair();
                FileSystem zip = FileSystems.newFileSystem(uri, Map.of("create", "true"))) {
            Path inside = Files.write(zip.getPath("x"), content);
            CompletableFuture<byte[]> read = readAll(pair.server());
            assertThat(pair.client().transferFrom(inside, 100, 150_000)).isEqualTo(150_000);
            pair.client().closeWrite();
            assertThat(result(read)).isEqualTo(Arrays.copyOfRange(content, 100, 150_100));
        }
    }

    @Test
    void overTlsItIsCopied() throws Exception {
        byte[] content = content(3 * MIB);
        Path file = file(content);
        try (TlsPair pair = shaken(dialling, serving)) {
            CompletableFuture<byte[]> read = readAll(pair.server());
            assertThat(pair.client().transferFrom(file, 0, Long.MAX_VALUE))
                    .isEqualTo(content.length);
            pair.client().closeWrite();
            assertThat(result(read)).isEqualTo(content);
        }
    }

    // ---- failures ------------------------------------------------------------------------------

    @Test
    void whatCannotBeSentLeavesTheConnectionAsItWas() throws Exception {
        Path file = file(content(10));
        try (Pair pair = pair(); FileChannel channel = FileChannel.open(file)) {
            Connection client = pair.client();
            assertThatThrownBy(() -> client.transferFrom(Path.of("target", "none"), 0, 1))
                    .isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(() -> client.transferFrom(file, -1, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("position -1").hasMessageContaining("use 0 or more");
            assertThatThrownBy(() -> client.transferFrom(channel, 0, -1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> client.transferFrom(channel, 1, Long.MAX_VALUE))
                    .isInstanceOf(IllegalArgumentException.class);
            client.transferFrom(file, 0, 10);
            byte[] ten = new byte[10];
            pair.server().readFully(ten);
            assertThat(ten).isEqualTo(content(10));
            client.closeWrite();
            assertThatThrownBy(() -> client.transferFrom(file, 0, 10))
                    .isInstanceOf(ConnectionLostException.class)
                    .hasMessageContaining("closeWrite()");
        }
    }

    private void assertCut(PlainPeer plain) {
        plain.connection().close();
        assertThatThrownBy(() -> plain.peer().getInputStream().readAllBytes())
                .isInstanceOf(SocketException.class);
    }

    @Test
    void aDeadlineThatCutsAFileMakesTheCloseAReset() throws Exception {
        Path file = file(content(8 * MIB));
        try (PlainPeer plain = plain(); FileChannel channel = FileChannel.open(file)) {
            plain.connection().writeDeadline(SHORT);
            assertThatThrownBy(() -> plain.connection().transferFrom(file, 0, 8 * MIB))
                    .isInstanceOf(DeadlineException.class).hasMessageStartingWith("write tcp ");
            assertThatThrownBy(() -> plain.connection().transferFrom(channel, 0, 8 * MIB))
                    .isInstanceOf(DeadlineException.class);
            assertCut(plain);
        }
    }

    @Test
    void aCloseEndsATransferThatWaits() throws Exception {
        Path file = file(content(8 * MIB));
        try (PlainPeer plain = plain()) {
            CompletableFuture<Long> sending =
                    background(() -> plain.connection().transferFrom(file, 0, 8 * MIB));
            assertThat(plain.peer().getInputStream().read()).isNotNegative();
            plain.connection().close();
            assertThat(failureOf(sending)).isInstanceOf(ClosedException.class);
        }
    }

    @Test
    void aPeerThatTakesNothingEndsItByTheIdleTimeout() throws Exception {
        Path file = file(content(8 * MIB));
        try (PlainPeer plain = plain()) {
            plain.connection().idleTimeout(SHORT);
            assertThatThrownBy(() -> plain.connection().transferFrom(file, 0, 8 * MIB))
                    .isInstanceOf(DeadlineException.class)
                    .hasMessageContaining(": idle for " + SHORT + " after ")
                    .hasMessageEndingWith(" bytes");
        }
    }

    @Test
    void aSlowReaderIsNotIdle() throws Exception {
        Path file = file(content(2 * MIB));
        Duration idle = Duration.ofMillis(400);
        while (!readSlowly(file, idle)) {
            idle = idle.multipliedBy(4);
            assertThat(idle).as("a machine too slow for any time").isLessThan(LONG);
        }
    }

    /** Reads some bytes at each eighth of the time, several times as long; false if it was too slow. */
    private boolean readSlowly(Path file, Duration idle) throws Exception {
        try (PlainPeer plain = plain()) {
            plain.connection().idleTimeout(idle);
            CompletableFuture<Long> sending =
                    background(() -> plain.connection().transferFrom(file, 0, 2 * MIB));
            boolean inTime = true;
            long latestNanos = System.nanoTime();
            for (int step = 0; step < 24; step++) {
                LockSupport.parkNanos(idle.toNanos() / 8);
                plain.peer().getInputStream().skipNBytes(16 * 1024);
                inTime &= System.nanoTime() - latestNanos < idle.toNanos() / 3;
                latestNanos = System.nanoTime();
            }
            if (inTime) {
                assertThat(sending).as("still sending").isNotDone();
                plain.peer().getInputStream().skipNBytes(2 * MIB - 24 * 16 * 1024);
                assertThat(result(sending)).isEqualTo(2 * MIB);
            }
            return inTime;
        }
    }
}
