package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SendFile;
import dev.sluice.Shutdown;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Parts of files on streams: every byte in its place, and every way in which that can end. */
class SendFileTest extends ConformanceTest {
    private static final int MIB = 1 << 20;

    /** See {@link Pairs#narrow}: each piece of a file takes whole pages of the receiver's buffer. */
    private static final int NARROW = 16 * 1024;

    @Override
    PortOptions options() {
        return super.options().poolBufferBytes(64 * 1024);
    }

    private PatternFile pattern(long bytes) {
        return closeLater(PatternFile.of(bytes));
    }

    /** Receives what is left of the pattern, whose first bytes are those of the stream. */
    private void receiveAll(NativeSocket socket, long bytes) {
        PatternReceiver receiver = PatternReceiver.pooled(socket).start();
        loop.until("the end of the stream", receiver::isDone);
        assertThat(receiver.end()).isEqualTo(Status.EOF);
        assertThat(receiver.received()).isEqualTo(bytes);
    }

    // ---- what arrives --------------------------------------------------------------------------

    @Test
    @Tag("aarch64")
    void aFileArrivesWholeWithOneEvent() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        long bytes = 24L * MIB + 12_345;
        PatternFile from = pattern(bytes);
        SendFile send = new SendFile(pair.client()).file(from.file, 0, bytes);
        loop.submit(send);
        loop.submit(Shutdown.send(pair.client()));
        receiveAll(pair.server(), bytes);
        assertThat(loop.await(send).status()).isEqualTo(Status.OK);
        assertThat(send.bytes()).isEqualTo(bytes);
        assertThat(send.isComplete()).isTrue();
        assertThat(loop.events().of(send)).hasSize(1);
        assertThat(send.file()).isSameAs(from.file);
        assertThat(from.file.size()).isEqualTo(bytes);
    }

    @Test
    @Tag("aarch64")
    void filesAndMemoryKeepTheOrderOfTheirSubmission() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, NARROW);
        long total = 2L * MIB;
        PatternFile from = pattern(total);
        MemorySegment reel = Pattern.reel(port, 20_000);
        long position = 0;
        List<SendFile> files = new ArrayList<>();
        for (int piece = 1; position < total; piece++) {
            long bytes = Math.min(total - position, 1000L * (piece % 20));
            if (piece % 3 == 0) {
                files.add(new SendFile(pair.client()).file(from.file, position, bytes));
                loop.submit(files.getLast());
            } else {
                loop.submit(new Send(pair.client()).buffer(Pattern.piece(reel, position, bytes)));
            }
            position += bytes;
        }
        loop.submit(Shutdown.send(pair.client()));
        receiveAll(pair.server(), total);
        assertThat(files).hasSizeGreaterThan(50).allMatch(SendFile::isComplete);
    }

    @Test
    void aPartBeyondFourGigabytesIsFound() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        long position = (1L << 32) + (1L << 31) + 77;
        PatternFile from = closeLater(PatternFile.behind(position, 100_000));
        SendFile send = new SendFile(pair.client()).file(from.file, position, 100_000);
        loop.submit(send);
        loop.submit(Shutdown.send(pair.client()));
        receiveAll(pair.server(), 100_000);
        assertThat(send.isComplete()).isTrue();
    }

    @Test
    void oneOperationSendsOnePartAfterTheOther() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PatternFile from = pattern(1000);
        SendFile send = new SendFile(pair.client());
        PatternReceiver receiver = PatternReceiver.pooled(pair.server()).start();
        for (int i = 0; i < 100; i++) {
            assertThat(loop.run(send.file(from.file, i * 10L, 10)).bytes()).isEqualTo(10);
        }
        loop.run(Shutdown.send(pair.client()));
        loop.until("the end", receiver::isDone);
        assertThat(receiver.received()).isEqualTo(1000);
    }

    @Test
    void oneFileIsSentByManyAtOnce() throws Exception {
        int bytes = MIB + 17;
        PatternFile from = pattern(bytes);
        List<PatternReceiver> receivers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Pairs.Pair pair = Pairs.connected(loop);
            loop.submit(new SendFile(pair.client()).file(from.file, 0, bytes));
            loop.submit(Shutdown.send(pair.client()));
            receivers.add(PatternReceiver.pooled(pair.server()).start());
        }
        from.file.close();
        loop.until("all ends", () -> receivers.stream().allMatch(PatternReceiver::isDone));
        assertThat(receivers).allMatch(each -> each.received() == bytes);
    }

    @Test
    void nothingOfAFileSucceedsAndSendsNothing() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PatternFile from = pattern(5);
        SendFile none = new SendFile(pair.client()).file(from.file, 5, 0);
        assertThat(loop.run(none).status()).isEqualTo(Status.OK);
        assertThat(none.isComplete()).isTrue();
        assertThat(loop.run(none.file(from.file, 0, 5)).bytes()).isEqualTo(5);
        assertThat(loop.run(new Receive(pair.server())).bytes()).isEqualTo(5);
    }

    @Test
    void overUnixSockets() throws Exception {
        Needs.linux("Unix sockets");
        Path at = Path.of("target", "send-file-" + ProcessHandle.current().pid());
        Pairs.Pair pair = Pairs.connected(loop, Address.unix(at));
        Files.delete(at);
        PatternFile from = pattern(3L * MIB);
        loop.submit(new SendFile(pair.client()).file(from.file, 0, 3L * MIB));
        loop.submit(Shutdown.send(pair.client()));
        receiveAll(pair.server(), 3L * MIB);
    }

    // ---- a file that is shorter ------------------------------------------------------------------

    @Test
    @Tag("aarch64")
    void aFileThatIsShorterIsSentAndReported() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PatternFile from = pattern(100_000);
        SendFile send = new SendFile(pair.client()).file(from.file, 0, 100_001);
        PatternReceiver receiver = PatternReceiver.pooled(pair.server()).start();
        assertThat(loop.run(send).status()).isEqualTo(Status.FILE_TOO_SHORT);
        assertThat(send.bytes()).isEqualTo(100_000);
        assertThat(send.isComplete()).isFalse();
        assertThat(send.failure()).hasMessageContaining("send-file")
                .hasMessageContaining(from.path.toString()).hasMessageContaining("FILE_TOO_SHORT");
        assertThat(loop.run(send.file(from.file, 100_001, 1)).status())
                .isEqualTo(Status.FILE_TOO_SHORT);
        assertThat(send.bytes()).isZero();
        // The socket is as good as before.
        MemorySegment reel = Pattern.reel(port, 10);
        loop.run(new Send(pair.client()).buffer(Pattern.piece(reel, 100_000, 10)));
        loop.run(Shutdown.send(pair.client()));
        loop.until("the end", receiver::isDone);
        assertThat(receiver.received()).isEqualTo(100_010);
    }

    @Test
    void aFileThatShrinksMeanwhileEndsSo() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, NARROW);
        PatternFile from = pattern(64L * MIB);
        SendFile send = loop.submit(new SendFile(pair.client()).file(from.file, 0, 64L * MIB));
        loop.pollFor(Duration.ofMillis(10));
        assertThat(send.isPending()).isTrue();
        from.shorten(40L * MIB);
        PatternReceiver receiver = PatternReceiver.pooled(pair.server()).start();
        assertThat(loop.await(send).status()).isEqualTo(Status.FILE_TOO_SHORT);
        assertThat(send.bytes()).isBetween(1L, 40L * MIB);
        loop.run(Shutdown.send(pair.client()));
        loop.until("the end", receiver::isDone);
        assertThat(receiver.received()).isEqualTo(send.bytes());
    }

    // ---- ends before the end -----------------------------------------------------------------------

    @Test
    @Tag("aarch64")
    void aCancelHalfwayReportsWhatThePeerGets() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, NARROW);
        PatternFile from = pattern(8L * MIB);
        SendFile send = loop.submit(new SendFile(pair.client()).file(from.file, 0, 8L * MIB));
        loop.pollFor(Duration.ofMillis(10));
        assertThat(port.cancel(send)).isTrue();
        assertThat(loop.await(send).status()).isEqualTo(Status.OK);
        assertThat(send.isComplete()).isFalse();
        assertThat(send.bytes()).isBetween(1L, 8L * MIB - 1);
        continuesWithoutAGap(pair, from, send.bytes());
    }

    @Test
    void aDeadlineHalfwayReportsWhatThePeerGets() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, NARROW);
        PatternFile from = pattern(8L * MIB);
        SendFile send = new SendFile(pair.client()).file(from.file, 0, 8L * MIB)
                .timeout(Duration.ofMillis(20));
        assertThat(loop.run(send).status()).isEqualTo(Status.OK);
        assertThat(send.bytes()).isBetween(1L, 8L * MIB - 1);
        continuesWithoutAGap(pair, from, send.bytes());
    }

    private void continuesWithoutAGap(Pairs.Pair pair, PatternFile from, long at) {
        loop.submit(new SendFile(pair.client()).file(from.file, at, 50_000));
        loop.submit(Shutdown.send(pair.client()));
        receiveAll(pair.server(), at + 50_000);
    }

    @Test
    void aDeadlineOrACancelBeforeItsTurnMovesNothing() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, NARROW);
        PatternFile from = pattern(8L * MIB);
        loop.submit(new SendFile(pair.client()).file(from.file, 0, 8L * MIB));
        SendFile late = loop.submit(new SendFile(pair.client()).file(from.file, 0, 10)
                .timeout(Duration.ofMillis(20)));
        SendFile cancelled = loop.submit(new SendFile(pair.client()).file(from.file, 0, 10));
        port.cancel(cancelled);
        assertThat(loop.await(cancelled).status()).isEqualTo(Status.CANCELLED);
        assertThat(loop.await(late).status()).isEqualTo(Status.DEADLINE);
        assertThat(late.bytes()).isZero();
        loop.submit(Shutdown.send(pair.client()));
        receiveAll(pair.server(), 8L * MIB);
    }

    @Test
    void aPeerThatResetsEndsIt() throws Exception {
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        PatternFile from = pattern(64L * MIB);
        SendFile send = loop.submit(new SendFile(mixed.socket()).file(from.file, 0, 64L * MIB));
        loop.pollFor(Duration.ofMillis(10));
        mixed.peer().reset();
        assertThat(loop.await(send).status()).isIn(Status.RESET, Status.BROKEN_PIPE,
                Status.ABORTED);
        assertThat(send.bytes()).isLessThan(64L * MIB);
        mixed.peer().close();
    }

    @Test
    void afterAShutdownOfItsSideItFails() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PatternFile from = pattern(10);
        loop.run(Shutdown.send(pair.client()));
        SendFile send = new SendFile(pair.client()).file(from.file, 0, 10);
        assertThat(loop.run(send).status()).isEqualTo(Status.BROKEN_PIPE);
        assertThat(send.bytes()).isZero();
    }

    // ---- closes ------------------------------------------------------------------------------------

    @Test
    void aGracefulCloseLetsItFinish() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, NARROW);
        PatternFile from = pattern(2L * MIB);
        SendFile send = loop.submit(new SendFile(pair.client()).file(from.file, 0, 2L * MIB));
        Close close = loop.submit(Close.graceful(pair.client(), Duration.ofMinutes(1)));
        receiveAll(pair.server(), 2L * MIB);
        loop.submit(Close.immediate(pair.server()));
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
        assertThat(send.isComplete()).isTrue();
    }

    @Test
    void aFileThatIsTooShortMakesAGracefulCloseAReset() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        PatternFile from = pattern(2L * MIB);
        loop.submit(new SendFile(mixed.socket()).file(from.file, 0, 3L * MIB));
        Close close = loop.submit(Close.graceful(mixed.socket(), Duration.ofMinutes(1)));
        CompletableFuture<PlainPeer.Seen> seen = peer.readPattern();
        assertThat(loop.await(close).status()).isEqualTo(Status.FILE_TOO_SHORT);
        assertThat(loop.await(seen).end()).isEqualTo(PlainPeer.End.RESET);
    }

    @Test
    void anImmediateCloseEndsIt() throws Exception {
        for (int i = 0; i < 10; i++) {
            Pairs.Pair pair = Pairs.narrow(loop, NARROW);
            PatternFile from = pattern(2L * MIB);
            SendFile send = loop.submit(new SendFile(pair.client()).file(from.file, 0, 2L * MIB));
            SendFile behind = loop.submit(new SendFile(pair.client()).file(from.file, 0, 10));
            loop.pollFor(Duration.ofMillis(i % 3));
            Close close = i % 2 == 0
                    ? Close.immediate(pair.client())
                    : Close.abort(pair.client());
            assertThat(loop.run(close).status()).isEqualTo(Status.OK);
            assertThat(send.status()).isIn(Status.OK, Status.CLOSED_LOCALLY);
            assertThat(send.bytes()).isLessThan(2L * MIB);
            assertThat(behind.status()).isEqualTo(Status.CLOSED_LOCALLY);
        }
    }

    @Test
    void theEndOfThePortCutsItAndResetsTheConnection() throws Exception {
        Needs.resetsThatPeersSee();
        Loop ending = openLoop(options());
        Pairs.Mixed mixed = Pairs.narrowMixed(ending, NARROW);
        PlainPeer peer = closeLater(mixed.peer());
        PatternFile from = pattern(8L * MIB);
        ending.submit(new SendFile(mixed.socket()).file(from.file, 0, 8L * MIB));
        ending.pollFor(Duration.ofMillis(5));
        CompletableFuture<PlainPeer.Seen> seen = peer.readPatternSlowly(1000, 1_000_000);
        ending.port().close();
        assertThat(loop.await(seen).end()).isEqualTo(PlainPeer.End.RESET);
    }

    @Test
    void aFileThatIsClosedMeanwhileStaysOpenUntilTheLastEvent() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, NARROW);
        PatternFile from = pattern(2L * MIB);
        SendFile send = loop.submit(new SendFile(pair.client()).file(from.file, 0, 2L * MIB));
        from.file.close();
        from.file.close();
        assertThat(from.file.isOpen()).isFalse();
        assertThatThrownBy(from.file::size).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("(closed)").hasMessageContaining("NativeFile.open()");
        if (Needs.isLinux()) {
            assertThat(descriptorsOf(from.path)).isEqualTo(1);
        }
        loop.submit(Shutdown.send(pair.client()));
        receiveAll(pair.server(), 2L * MIB);
        loop.await(send);
        assertThatThrownBy(() -> port.submit(send)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("open it again");
        if (Needs.isLinux()) {
            assertThat(descriptorsOf(from.path)).isZero();
        }
    }

    private static long descriptorsOf(Path path) throws IOException {
        Path real = path.toRealPath();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(each -> leadsTo(each, real)).count();
        }
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    // ---- fairness ----------------------------------------------------------------------------------

    @Test
    void aFileThatThePeerReadsAtOnceLeavesTurnsToOthers() throws Exception {
        Loop fair = openLoop(options().maxTurnsPerSocket(1));
        Pairs.Mixed mixed = Pairs.accepted(fair);
        PlainPeer peer = closeLater(mixed.peer());
        CompletableFuture<PlainPeer.Seen> seen = peer.readPattern();
        PatternFile from = pattern(128L * MIB);
        SendFile send = fair.submit(new SendFile(mixed.socket()).file(from.file, 0, 128L * MIB));
        int polls = 0;
        while (send.isPending()) {
            fair.port().poll(0);
            polls++;
        }
        assertThat(polls).as("times that others had their turn").isGreaterThan(4);
        assertThat(send.isComplete()).isTrue();
        fair.run(Shutdown.send(mixed.socket()));
        assertThat(fair.await(seen).bytes()).isEqualTo(128L * MIB);
    }

    // ---- mistakes ----------------------------------------------------------------------------------

    @Test
    void whatCannotBeSentIsRefused() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PatternFile from = pattern(10);
        SendFile send = new SendFile(pair.client());
        assertThatThrownBy(() -> port.submit(send)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("it has no file: call file() first");
        assertThatThrownBy(() -> send.file(from.file, -1, 1)).hasMessageContaining("position -1")
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("use 0 or more");
        assertThatThrownBy(() -> send.file(from.file, 0, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> send.file(from.file, 1, Long.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
        NativeSocket datagrams = port.datagrams(OwnLoopback.at(0));
        assertThatThrownBy(() -> new SendFile(datagrams))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("datagrams");
        assertThatThrownBy(() -> send.socket(datagrams))
                .isInstanceOf(IllegalArgumentException.class);
        loop.submit(send.file(from.file, 0, 10));
        assertThatThrownBy(() -> send.file(from.file, 0, 10))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("pending");
        assertThat(loop.await(send).status()).isEqualTo(Status.OK);
    }

    @Test
    void aSocketWithoutAPeerHasNowhereToSendTo() throws Exception {
        PatternFile from = pattern(10);
        SendFile send = new SendFile(port.socket(SocketType.TCP4)).file(from.file, 0, 10);
        assertThat(loop.run(send).status()).isIn(Status.NOT_CONNECTED, Status.BROKEN_PIPE);
    }
}
