package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.NativeFile;
import dev.sluice.NativeSocket;
import dev.sluice.SendFile;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Files that are opened to be sent, and the call that sends them without a port. */
class NativeFileTest extends ConformanceTest {
    private static final int MIB = 1 << 20;

    /** See {@link Pairs#narrow}: each piece of a file takes whole pages of the receiver's buffer. */
    private static final int NARROW = 16 * 1024;

    private PatternFile pattern(long bytes) {
        return closeLater(PatternFile.of(bytes));
    }

    @Test
    void aTryCallSendsWhatFitsFromAnyThread() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, NARROW);
        PatternFile from = pattern(3L * MIB);
        if (!Needs.isLinux()) {
            assertThatThrownBy(() -> from.file.trySend(pair.client(), 0, 10))
                    .isInstanceOf(SystemCallException.class)
                    .hasMessageContaining("submit a SendFile");
            return;
        }
        PatternReceiver receiver = PatternReceiver.pooled(pair.server()).start();
        long sent = from.file.trySend(pair.client(), 0, 10);
        assertThat(sent).isEqualTo(10);
        while (sent < 3L * MIB) {
            long at = sent;
            long now = loop.await(CompletableFuture.supplyAsync(() -> {
                try {
                    return from.file.trySend(pair.client(), at, 3L * MIB - at);
                } catch (SystemCallException failure) {
                    throw new AssertionError(failure);
                }
            }));
            assertThat(now).satisfiesAnyOf(
                    bytes -> assertThat(bytes).isPositive(),
                    full -> assertThat(full).isEqualTo(NativeSocket.WOULD_BLOCK));
            sent += Math.max(now, 0);
        }
        assertThat(from.file.trySend(pair.client(), sent, 10)).as("the file's end").isZero();
        loop.run(Shutdown.send(pair.client()));
        loop.until("the end", receiver::isDone);
        assertThat(receiver.received()).isEqualTo(3L * MIB);
        from.file.close();
        assertThatThrownBy(() -> from.file.trySend(pair.server(), 0, 1))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("(closed)");
    }

    @Test
    void whatIsNoFileIsNotOpened() throws Exception {
        assertThatThrownBy(() -> NativeFile.open(Path.of("target", "no", "such")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> NativeFile.open(Path.of("target")))
                .isInstanceOf(FileSystemException.class).hasMessageContaining("is a directory");
        if (Needs.isLinux()) {
            assertThatThrownBy(() -> NativeFile.open(Path.of("/proc/self/mem", "x")))
                    .isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void aPipeIsNotWaitedFor() throws Exception {
        Needs.linux("named pipes");
        Needs.command("mkfifo", "it makes a pipe");
        Path pipe = Path.of("target", "pipe-" + ProcessHandle.current().pid());
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        try {
            assertThatThrownBy(() -> NativeFile.open(pipe))
                    .isInstanceOf(FileSystemException.class).hasMessageContaining("is a pipe");
        } finally {
            Files.delete(pipe);
        }
    }

    @Test
    void aFileInsideAnArchiveIsRefused() throws Exception {
        Path archive = Path.of("target", "archive-" + ProcessHandle.current().pid() + ".zip");
        URI uri = URI.create("jar:" + archive.toUri());
        try (FileSystem zip = FileSystems.newFileSystem(uri, Map.of("create", "true"))) {
            Path inside = Files.writeString(zip.getPath("x"), "text");
            assertThatThrownBy(() -> NativeFile.open(inside))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the default file system alone");
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    @Test
    void everyByteOfANameReachesTheKernel() throws Exception {
        Path odd = Path.of("target", "a %41 b#c" + ProcessHandle.current().pid());
        Files.writeString(odd, "12345");
        try (NativeFile file = NativeFile.open(odd)) {
            assertThat(file.size()).isEqualTo(5);
            assertThat(file).hasToString("file " + odd);
        } finally {
            Files.delete(odd);
        }
    }

    @Test
    void aFileOfTheKernelsIsSentOrUnsupported() throws Exception {
        Needs.linux("/proc");
        Pairs.Pair pair = Pairs.connected(loop);
        try (NativeFile file = NativeFile.open(Path.of("/proc/self/status"))) {
            SendFile send = new SendFile(pair.client()).file(file, 0, 5);
            assertThat(loop.run(send).status()).isIn(Status.OK, Status.UNSUPPORTED);
        } catch (SystemCallException failure) {
            throw new AssertionError(failure);
        }
    }
}
