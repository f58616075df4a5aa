package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SendVectored;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every byte of a stream arrives, once and in its place. */
class StreamDataTest extends ConformanceTest {
    /** Bytes that the large test moves, both ways together. */
    private static final long VOLUME = Long.getLong("sluice.test.volume.bytes", 1L << 30);

    private static final int MIB = 1 << 20;

    @Override
    PortOptions options() {
        return super.options().poolBuffers(64).poolBufferBytes(64 * 1024);
    }

    /** Sizes without any pattern, the same in each run; small ones are frequent. */
    private static IntSupplier sizes(int least, int most) {
        Random random = new Random(most);
        return () -> {
            int bound = 1 + random.nextInt(random.nextInt(most - least + 1) + 1);
            return least + random.nextInt(bound);
        };
    }

    private void transfer(PatternSender sender, PatternReceiver receiver, long bytes) {
        sender.start();
        receiver.start();
        loop.until("the end of the stream", () -> receiver.isDone() && sender.isDone());
        assertThat(receiver.end()).isEqualTo(Status.EOF);
        assertThat(receiver.received()).isEqualTo(bytes);
        assertThat(sender.sent()).isEqualTo(bytes);
    }

    @Test
    void everyByteArrivesInOrderBothWaysAtOnce() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        long each = VOLUME / 2;
        PatternSender there = PatternSender.of(pair.client(), each, MIB).start();
        PatternSender back = PatternSender.of(pair.server(), each, MIB).start();
        PatternReceiver atServer = PatternReceiver.pooled(pair.server()).start();
        PatternReceiver atClient = PatternReceiver.multishot(pair.client()).start();
        loop.until(Duration.ofMinutes(4), "both ends", () -> atServer.isDone()
                && atClient.isDone() && there.isDone() && back.isDone());
        assertThat(atServer.received()).isEqualTo(each);
        assertThat(atClient.received()).isEqualTo(each);
        assertThat(atServer.end()).isEqualTo(Status.EOF);
        assertThat(atClient.end()).isEqualTo(Status.EOF);
    }

    @Test
    @Tag("aarch64")
    void oddSizesOfSendsAndReceives() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        long total = 4L * MIB + 12_345;
        transfer(new PatternSender(pair.client(), total, 70_000, sizes(1, 70_000), 0),
                PatternReceiver.into(pair.server(), 30_000, sizes(1, 30_000)), total);
    }

    @Test
    void singleBytes() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        transfer(PatternSender.of(pair.client(), 3000, 1),
                PatternReceiver.into(pair.server(), 1, () -> 1), 3000);
    }

    @Test
    void tinySocketBuffers() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 2048);
        transfer(PatternSender.of(pair.client(), MIB, 100_000),
                PatternReceiver.into(pair.server(), 777, () -> 777), MIB);
    }

    @Test
    void overUnixSockets(@TempDir Path folder) throws Exception {
        Needs.linux("Unix sockets");
        Pairs.Pair pair = Pairs.connected(loop, Address.unix(folder.resolve("x")));
        transfer(new PatternSender(pair.client(), 16L * MIB, MIB, sizes(1, MIB), 0),
                PatternReceiver.multishot(pair.server()), 16L * MIB);
    }

    @Test
    void toAndFromAPlainPeerAtOnce() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        PlainPeer peer = closeLater(mixed.peer());
        var seen = peer.readPattern();
        var written = peer.writePattern(32L * MIB);
        PatternSender sender = PatternSender.of(mixed.socket(), 32L * MIB, 300_000).start();
        PatternReceiver receiver = PatternReceiver.multishot(mixed.socket()).start();
        assertThat(loop.await(written)).isEqualTo(32L * MIB);
        peer.shutdownSend();
        assertThat(loop.await(seen))
                .isEqualTo(new PlainPeer.Seen(32L * MIB, PlainPeer.End.EOF, ""));
        loop.until("the peer's end", () -> receiver.isDone() && sender.isDone());
        assertThat(receiver.received()).isEqualTo(32L * MIB);
    }

    // ---- vectored sends ------------------------------------------------------------------------

    @Test
    @Tag("aarch64")
    void vectoredSendsOfPiecesOfAllLengths() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        transfer(new PatternSender(pair.client(), 3L * MIB, 50_000, sizes(0, 50_000), 13),
                PatternReceiver.pooled(pair.server()), 3L * MIB);
    }

    @Test
    void vectoredSendsThatTheSystemTakesInParts() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 4096);
        transfer(new PatternSender(pair.client(), MIB, 200_000, sizes(1, 200_000), 64),
                PatternReceiver.into(pair.server(), 1111, () -> 1111), MIB);
    }

    @Test
    void vectoredSendsOfTheMostPieces() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 4096);
        transfer(new PatternSender(pair.client(), MIB, 200_000, sizes(1, 200_000), 1024),
                PatternReceiver.pooled(pair.server()), MIB);
    }

    @Test
    void emptyPiecesAtEveryPlace() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        MemorySegment bytes = Pattern.allocate(port, 10);
        MemorySegment none = bytes.asSlice(5, 0);
        SendVectored send = new SendVectored(pair.client(), 7).add(none).add(bytes.asSlice(0, 4))
                .add(none).add(none).add(bytes.asSlice(4, 6)).add(none);
        assertThat(loop.run(send).bytes()).isEqualTo(10);
        Event received = loop.run(new Receive(pair.server()));
        assertThat(received.bytes()).isEqualTo(10);
        Pattern.check(received.data(), 0);
    }

    @Test
    void aSendOfNothingSucceedsAndSendsNothing() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        MemorySegment none = port.allocate(1).segment().asSlice(0, 0);
        assertThat(loop.run(new Send(pair.client()).buffer(none)).status()).isEqualTo(Status.OK);
        SendVectored vectored = new SendVectored(pair.client(), 2).add(none).add(none);
        assertThat(loop.run(vectored).status()).isEqualTo(Status.OK);
        assertThat(vectored.bytes()).isZero();
        Receive receive = loop.submit(new Receive(pair.server()));
        loop.pollFor(Duration.ofMillis(20));
        assertThat(receive.isPending()).isTrue();
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 3)));
        assertThat(loop.await(receive).bytes()).isEqualTo(3);
    }

    @Test
    void aVectorHasAsManyPiecesAsWereAskedForAndNoMore() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        MemorySegment bytes = Pattern.allocate(port, 1);
        SendVectored send = new SendVectored(pair.client(), 2);
        assertThatThrownBy(() -> loop.submit(send))
                .hasMessageContaining("it has no piece: call add() first");
        send.add(bytes).add(bytes);
        assertThatThrownBy(() -> send.add(bytes)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("it has 2; make the operation with a greater maxPieces");
        assertThatThrownBy(() -> new SendVectored(pair.client(), 1025))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use 1 to 1024 (IOV_MAX)");
    }

    // ---- order and parts -------------------------------------------------------------------------

    @Test
    void aThousandQueuedSendsKeepTheirOrder() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 4096);
        MemorySegment reel = Pattern.reel(port, 1000);
        List<Send> sends = new ArrayList<>();
        long position = 0;
        for (int i = 1; i <= 1000; i++) {
            MemorySegment piece = Pattern.piece(reel, position, i);
            sends.add(loop.submit(new Send(pair.client()).buffer(piece)));
            position += i;
        }
        loop.submit(Shutdown.send(pair.client()));
        PatternReceiver receiver = PatternReceiver.pooled(pair.server()).start();
        loop.until("the end", receiver::isDone);
        assertThat(receiver.received()).isEqualTo(position);
        assertThat(loop.events().all().stream().map(Event::operation)
                .filter(Send.class::isInstance)).containsExactlyElementsOf(sends);
    }

    @Test
    void queuedReceivesAreFilledInTheirOrder() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        MemorySegment memory = port.allocate(1000).segment();
        List<Receive> receives = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            MemorySegment slice = memory.asSlice(i * 100L, 100);
            receives.add(loop.submit(new Receive(pair.server()).buffer(slice)));
        }
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 1000)));
        long position = 0;
        for (int i = 0; i < 10; i++) {
            long bytes = loop.await(receives.get(i)).bytes();
            Pattern.check(memory.asSlice(i * 100L, bytes), position);
            position += bytes;
        }
        assertThat(position).isEqualTo(1000);
    }

    @Test
    void aLargeSendEndsOnceAndOnlyWhenAllOfItWasTaken() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        MemorySegment large = Pattern.allocate(port, 64L * MIB);
        Send send = loop.submit(new Send(pair.client()).buffer(large));
        loop.pollFor(Duration.ofMillis(20));
        assertThat(send.isPending()).as("nobody reads").isTrue();
        loop.submit(Shutdown.send(pair.client()));
        PatternReceiver receiver = PatternReceiver.pooled(pair.server()).start();
        loop.until("the end", receiver::isDone);
        assertThat(receiver.received()).isEqualTo(64L * MIB);
        assertThat(loop.events().of(send)).hasSize(1);
        assertThat(send.bytes()).isEqualTo(64L * MIB);
    }

    @Test
    void aSendThatIsCancelledHalfwayReportsHowManyBytesThePeerGets() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        MemorySegment reel = Pattern.reel(port, 16 * MIB);
        Send send = new Send(pair.client()).buffer(Pattern.piece(reel, 0, 16L * MIB));
        loop.submit(send);
        loop.pollFor(Duration.ofMillis(10));
        port.cancel(send);
        assertThat(loop.await(send).status()).isEqualTo(Status.OK);
        assertThat(send.bytes()).isBetween(1L, 16L * MIB - 1);
        // The next send continues where it stopped, without a gap.
        Send rest = new Send(pair.client()).buffer(Pattern.piece(reel, send.bytes(), 1000));
        loop.submit(rest);
        loop.submit(Shutdown.send(pair.client()));
        PatternReceiver receiver = PatternReceiver.pooled(pair.server()).start();
        loop.until("the end", receiver::isDone);
        assertThat(receiver.received()).isEqualTo(send.bytes() + 1000);
    }

    @Test
    void aSendThatWaitsForAHalfClosedPeerIsCancelledWhenever() throws Exception {
        MemorySegment large = Pattern.allocate(port, MIB);
        for (int i = 0; i < 40; i++) {
            Pairs.Pair pair = Pairs.narrow(loop, 4096);
            Send send = loop.submit(new Send(pair.client()).buffer(large));
            loop.pollFor(Duration.ofMillis(1));
            loop.run(Shutdown.send(pair.server()));
            for (int polls = i % 4; polls > 0; polls--) {
                port.poll(0);
            }
            port.cancel(send);
            assertThat(loop.await(send).status()).isIn(Status.OK, Status.CANCELLED);
            assertThat(send.bytes()).isLessThan(MIB);
        }
    }

    @Test
    void aSendThatThePeersResetCutsShortFails() throws Exception {
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        Send send = new Send(mixed.socket()).buffer(Pattern.allocate(port, 16L * MIB));
        loop.submit(send);
        loop.pollFor(Duration.ofMillis(10));
        mixed.peer().reset();
        assertThat(loop.await(send).status()).isIn(Status.RESET, Status.BROKEN_PIPE);
        assertThat(send.bytes()).isLessThan(16L * MIB);
        mixed.peer().close();
        NativeSocket socket = mixed.socket();
        assertThat(loop.run(new Receive(socket)).status()).isEqualTo(Status.RESET);
        assertThat(loop.run(new Receive(socket)).status()).isEqualTo(Status.RESET);
    }

    @Test
    void urgentDataDoesNotHideWhatFollows() throws Exception {
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        PlainPeer peer = closeLater(mixed.peer());
        Receive receive = loop.submit(new Receive(mixed.socket()));
        loop.pollFor(Duration.ofMillis(5));
        // All of it comes before the port looks again. A receive stops at the urgent byte, which
        // says nothing about what is behind it.
        peer.write("before");
        peer.writeUrgent('!');
        peer.write("after");
        StringBuilder text = new StringBuilder(loop.await(receive).text());
        while (!text.toString().endsWith("after")) {
            text.append(loop.run(receive).text());
        }
        assertThat(text.toString().replace("!", "")).isEqualTo("beforeafter");
    }
}
