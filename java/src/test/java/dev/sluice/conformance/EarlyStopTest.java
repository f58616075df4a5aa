package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Status;
import dev.sluice.WaitStrategy;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A receive on a Unix stream stops before bytes with which descriptors come, and at urgent data,
 * though more is there (unix(7)): that it brought less than it had room for does not tell that the
 * stream is empty.
 */
class EarlyStopTest extends ConformanceTest {
    private static final String PIECE = "ten bytes ";
    private static final int PIECES = 10;
    private static final long BYTES = 100;

    @TempDir
    private Path folder;

    @BeforeEach
    void needsLinux() {
        Needs.linux("Unix sockets");
    }

    private record Ends(NativeSocket socket, UnixPeer peer) {}

    private Ends connected(Loop at) throws Exception {
        Path path = folder.resolve("s" + System.nanoTime());
        NativeSocket listener = at.port().listen(Address.unix(path));
        Accept accept = at.submit(new Accept(listener));
        UnixPeer peer = closeLater(UnixPeer.connect(path));
        Event accepted = at.await(accept);
        assertThat(accepted.status()).isEqualTo(Status.OK);
        return new Ends(accepted.accepted(), peer);
    }

    private static void writePieces(UnixPeer peer) {
        for (int piece = 0; piece < PIECES; piece++) {
            peer.writeWithDescriptor(PIECE);
        }
    }

    private static void assertAllCameAndNoDescriptorStays(String text, Ends ends) {
        assertThat(text).isEqualTo(PIECE.repeat(PIECES));
        assertThat(ends.peer().nobodyHoldsWhatWasPassed()).isTrue();
    }

    /** The text of a pending receive, submitted again until every byte has come. */
    private static String allOf(Loop loop, Receive receive) {
        StringBuilder text = new StringBuilder(loop.await(receive).text());
        while (text.length() < BYTES) {
            text.append(loop.run(receive).text());
        }
        return text.toString();
    }

    @Test
    void descriptorsThatCameDoNotHideWhatFollows() throws Exception {
        Ends ends = connected(loop);
        Receive receive = loop.submit(new Receive(ends.socket()));
        ends.peer().write("first");
        assertThat(loop.await(receive).text()).isEqualTo("first");
        loop.submit(receive);
        loop.pollFor(Duration.ofMillis(5));
        writePieces(ends.peer());
        assertAllCameAndNoDescriptorStays(allOf(loop, receive), ends);
    }

    @Test
    void norFromAReceiveIntoOwnMemory() throws Exception {
        Ends ends = connected(loop);
        MemorySegment buffer = port.allocate(4096).segment();
        Receive receive = loop.submit(new Receive(ends.socket()).buffer(buffer));
        loop.pollFor(Duration.ofMillis(5));
        writePieces(ends.peer());
        StringBuilder text = new StringBuilder(textOf(buffer, loop.await(receive).bytes()));
        while (text.length() < BYTES) {
            text.append(textOf(buffer, loop.run(receive).bytes()));
        }
        assertAllCameAndNoDescriptorStays(text.toString(), ends);
    }

    @Test
    void norFromAReceiveThatContinues() throws Exception {
        Ends ends = connected(loop);
        Receive receive = loop.submit(new Receive(ends.socket()).multishot());
        loop.pollFor(Duration.ofMillis(5));
        writePieces(ends.peer());
        loop.until("all bytes", () -> loop.events().of(receive).stream()
                .mapToLong(Event::bytes).sum() == BYTES);
        assertThat(ends.peer().nobodyHoldsWhatWasPassed()).isTrue();
    }

    @Test
    void norFromAnOwnerThatLooksAgainAndAgain() throws Exception {
        PortOptions looking = options().waitStrategy(WaitStrategy.spinThenBlock(1000));
        Loop spinning = openLoop(looking);
        Ends ends = connected(spinning);
        Receive receive = new Receive(ends.socket());
        // Often enough that the owner tries this stream alone.
        for (int round = 0; round < 100; round++) {
            spinning.submit(receive);
            ends.peer().write("first");
            assertThat(spinning.await(receive).text()).isEqualTo("first");
        }
        spinning.submit(receive);
        writePieces(ends.peer());
        assertAllCameAndNoDescriptorStays(allOf(spinning, receive), ends);
    }

    @Test
    void norFromAPollAndATryReceive() throws Exception {
        Ends ends = connected(loop);
        Readiness poll = loop.submit(Readiness.readable(ends.socket()));
        loop.pollFor(Duration.ofMillis(5));
        writePieces(ends.peer());
        loop.await(poll);
        MemorySegment buffer = port.allocate(4096).segment();
        StringBuilder text = new StringBuilder();
        while (text.length() < BYTES) {
            text.append(textOf(buffer, ends.socket().tryReceive(buffer)));
            if (text.length() < BYTES) {
                assertThat(loop.run(poll).status()).isEqualTo(Status.OK);
            }
        }
        assertAllCameAndNoDescriptorStays(text.toString(), ends);
    }

    private static String textOf(MemorySegment buffer, long count) {
        return new String(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE),
                StandardCharsets.US_ASCII);
    }

    @Test
    void norDoesUrgentDataOfAUnixStream() throws Exception {
        Ends ends = connected(loop);
        Receive receive = loop.submit(new Receive(ends.socket()));
        ends.peer().write("first");
        assertThat(loop.await(receive).text()).isEqualTo("first");
        loop.submit(receive);
        loop.pollFor(Duration.ofMillis(5));
        ends.peer().write("before");
        ends.peer().writeUrgent("!");
        ends.peer().write("after");
        StringBuilder text = new StringBuilder(loop.await(receive).text());
        while (!text.toString().endsWith("after")) {
            text.append(loop.run(receive).text());
        }
        assertThat(text).hasToString("beforeafter");
    }
}
