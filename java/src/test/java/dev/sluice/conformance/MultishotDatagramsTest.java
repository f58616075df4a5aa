package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Address;
import dev.sluice.Capabilities;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.PortOptions;
import dev.sluice.ReceiveFrom;
import dev.sluice.SendTo;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams with their senders in buffers of the pool, one for each submission and many. */
class MultishotDatagramsTest extends ConformanceTest {
    private static final int BUFFERS = 8;
    private static final int ROOM = 1000;

    private final List<Got> got = new ArrayList<>();
    private final Deque<PooledBuffer> held = new ArrayDeque<>();

    /** An event that brought a datagram. */
    private record Got(Address source, int bytes, int segmentBytes, boolean truncated,
            boolean more) {}

    @Override
    PortOptions options() {
        return super.options().poolBuffers(BUFFERS).poolBufferBytes(ReceiveFrom.HEADROOM + ROOM);
    }

    private NativeSocket bound() throws SystemCallException {
        return port.datagrams(OwnLoopback.at(0));
    }

    /** Notes each event, whose bytes are a pattern, and lets the buffer return by itself. */
    private void note(ReceiveFrom event) {
        if (event.isOk()) {
            Pattern.check(event.data(), 0);
            assertThat(event.data().byteSize()).isEqualTo(event.bytes());
            got.add(new Got(event.source(), event.bytes(), event.segmentBytes(),
                    event.isTruncated(), event.hasMore()));
        }
    }

    /** Notes each event as {@link #note}, and keeps its buffer. */
    private void hold(ReceiveFrom event) {
        note(event);
        if (event.isOk()) {
            Address source = event.source();
            held.add(event.takeBuffer());
            assertThat(event.source()).as("after the buffer was taken").isEqualTo(source);
        }
    }

    private ReceiveFrom multishot(NativeSocket socket) {
        return new ReceiveFrom(socket).pooled().multishot().onCompletion(this::note);
    }

    private void send(NativeSocket from, NativeSocket to, int bytes) throws SystemCallException {
        MemorySegment memory = Pattern.allocate(port, Math.max(bytes, 1)).asSlice(0, bytes);
        Event sent = loop.run(new SendTo(from).buffer(memory).to(to.localAddress()));
        assertThat(sent.status()).isEqualTo(Status.OK);
    }

    private void cancel(ReceiveFrom receive) {
        port.cancel(receive);
        loop.until("its end", () -> !receive.isPending());
        assertThat(receive.status()).isEqualTo(Status.CANCELLED);
    }

    private void awaitEnd(ReceiveFrom receive, Status expected) {
        loop.until("its end", () -> !receive.isPending());
        assertThat(receive.status()).isEqualTo(expected);
    }

    @Test
    @Tag("aarch64")
    void oneSubmissionBringsTheDatagramsOfManySendersInTheirOrder() throws Exception {
        NativeSocket receiver = bound();
        List<NativeSocket> senders = new ArrayList<>();
        List<Got> expected = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            senders.add(bound());
        }
        ReceiveFrom receive = multishot(receiver);
        port.submit(receive);
        for (int i = 0; i < 200; i++) {
            NativeSocket sender = senders.get(i * 7 % 5);
            send(sender, receiver, i);
            expected.add(new Got(sender.localAddress(), i, i, false, true));
            if (i % 10 == 9) {
                loop.until("ten", () -> got.size() == expected.size());
            }
        }
        assertThat(got).isEqualTo(expected);
        assertThat(receive.isPending()).isTrue();
        cancel(receive);
        assertThat(port.availableBuffers()).isEqualTo(BUFFERS);
    }

    @Test
    @Tag("aarch64")
    void eachSubmissionBringsOneDatagramWithoutMultishot() throws Exception {
        NativeSocket receiver = bound();
        NativeSocket sender = bound();
        ReceiveFrom receive = new ReceiveFrom(receiver).pooled().onCompletion(this::note);
        for (int bytes : new int[]{5, 0, ROOM, 1}) {
            send(sender, receiver, bytes);
            port.submit(receive);
            awaitEnd(receive, Status.OK);
            port.submit(receive);
            loop.pollFor(Duration.ofMillis(2));
            assertThat(receive.isPending()).isTrue();
            send(sender, receiver, bytes);
            loop.until("a datagram that came later", () -> !receive.isPending());
        }
        Address source = sender.localAddress();
        assertThat(got).hasSize(8).allSatisfy(each -> {
            assertThat(each.source()).isEqualTo(source);
            assertThat(each.more()).isFalse();
        });
        assertThat(got.stream().map(Got::bytes)).containsExactly(5, 5, 0, 0, ROOM, ROOM, 1, 1);
        MemorySegment own = port.allocate(10).segment();
        send(sender, receiver, 7);
        assertThat(loop.run(receive.buffer(own)).bytes()).isEqualTo(7);
        assertThat(receive.source()).isEqualTo(source);
        Pattern.check(own.asSlice(0, 7), 0);
    }

    @Test
    void aDatagramThatIsTooLongIsCutAndTheNextOneIsWhole() throws Exception {
        NativeSocket receiver = bound();
        NativeSocket sender = bound();
        ReceiveFrom receive = multishot(receiver);
        port.submit(receive);
        int[] sizes = {ROOM + 1, 3, ROOM, 9000, 0, 4};
        for (int size : sizes) {
            send(sender, receiver, size);
        }
        loop.until("all", () -> got.size() == sizes.length);
        for (int i = 0; i < sizes.length; i++) {
            int fitting = Math.min(sizes[i], ROOM);
            assertThat(got.get(i)).isEqualTo(new Got(
                    sender.localAddress(), fitting, fitting, sizes[i] > ROOM, true));
        }
        cancel(receive);
    }

    @Test
    void aCancelInTheMiddleLosesNothingAndTheSocketStaysUsable() throws Exception {
        NativeSocket receiver = bound();
        NativeSocket sender = bound();
        ReceiveFrom receive = multishot(receiver);
        int sent = 0;
        for (int round = 0; round < 20; round++) {
            port.submit(receive);
            for (int i = 0; i < 6; i++) {
                if (i == round % 6) {
                    port.cancel(receive);
                }
                send(sender, receiver, ++sent % ROOM);
            }
            awaitEnd(receive, Status.CANCELLED);
        }
        port.submit(receive);
        int all = sent;
        loop.until("the rest", () -> got.size() == all);
        for (int i = 0; i < sent; i++) {
            assertThat(got.get(i).bytes()).isEqualTo((i + 1) % ROOM);
        }
        // From a handler as well.
        receive.onCompletion(event -> {
            note(event);
            port.cancel(event);
        });
        send(sender, receiver, 11);
        awaitEnd(receive, Status.CANCELLED);
        assertThat(got.getLast().bytes()).isEqualTo(11);
    }

    @Test
    void buffersThatRunOutEndItAndTheRestStaysInTheSocket() throws Exception {
        NativeSocket receiver = bound();
        NativeSocket sender = bound();
        ReceiveFrom receive = multishot(receiver).onCompletion(this::hold);
        for (int i = 1; i <= 3 * BUFFERS; i++) {
            send(sender, receiver, i);
        }
        for (int round = 1; round <= 3; round++) {
            port.submit(receive);
            if (round == 3) {
                int all = round * BUFFERS;
                loop.until("the last ones", () -> got.size() == all);
                send(sender, receiver, 1);
            }
            awaitEnd(receive, Status.NO_BUFFERS);
            assertThat(receive.source()).isEqualTo(sender.localAddress());
            assertThat(held).hasSize(BUFFERS);
            assertThat(port.availableBuffers()).isZero();
            held.forEach(PooledBuffer::release);
            held.clear();
        }
        for (int i = 0; i < got.size(); i++) {
            assertThat(got.get(i).bytes()).isEqualTo(i + 1);
        }
        assertThat(loop.run(new ReceiveFrom(receiver).pooled()).bytes()).isEqualTo(1);
    }

    @Test
    void aReceiveThatWaitsForABufferContinuesAfterARelease() throws Exception {
        NativeSocket receiver = bound();
        NativeSocket sender = bound();
        ReceiveFrom receive = multishot(receiver).waitForBuffer().onCompletion(this::hold);
        port.submit(receive);
        for (int i = 1; i <= 3 * BUFFERS; i++) {
            send(sender, receiver, i);
        }
        for (int round = 1; round <= 3; round++) {
            int all = round * BUFFERS;
            loop.until("one for each buffer", () -> got.size() == all);
            loop.pollFor(Duration.ofMillis(2));
            assertThat(receive.isPending()).isTrue();
            held.forEach(PooledBuffer::release);
            held.clear();
        }
        for (int i = 0; i < got.size(); i++) {
            assertThat(got.get(i).bytes()).isEqualTo(i + 1);
        }
        cancel(receive);
    }

    @Test
    void aCloseEndsIt() throws Exception {
        NativeSocket sender = bound();
        for (boolean busy : new boolean[]{false, true}) {
            NativeSocket receiver = bound();
            ReceiveFrom receive = multishot(receiver);
            port.submit(receive);
            if (busy) {
                for (int i = 0; i < 20; i++) {
                    send(sender, receiver, i);
                }
            } else {
                loop.pollFor(Duration.ofMillis(2));
            }
            Close close = loop.submit(Close.immediate(receiver));
            awaitEnd(receive, Status.CLOSED_LOCALLY);
            loop.await(close);
            assertThat(port.availableBuffers()).isEqualTo(BUFFERS);
        }
        // The close of the port, after the test, ends this one.
        NativeSocket last = bound();
        port.submit(multishot(last));
        send(sender, last, 1);
    }

    @Test
    void aDeadlineEndsIt() throws Exception {
        NativeSocket receiver = bound();
        ReceiveFrom receive = multishot(receiver).timeout(Duration.ofMillis(20));
        port.submit(receive);
        awaitEnd(receive, Status.DEADLINE);
    }

    @Test
    void thoseBehindItComeAfterItsEnd() throws Exception {
        NativeSocket receiver = bound();
        NativeSocket sender = bound();
        ReceiveFrom receive = multishot(receiver);
        ReceiveFrom behind = new ReceiveFrom(receiver).buffer(port.allocate(10).segment());
        port.submit(receive);
        loop.submit(behind);
        send(sender, receiver, 1);
        loop.until("the first", () -> got.size() == 1);
        cancel(receive);
        assertThat(behind.isPending()).isTrue();
        send(sender, receiver, 2);
        assertThat(loop.await(behind).bytes()).isEqualTo(2);
    }

    @Test
    void aBufferIsSentBackToTheSource() throws Exception {
        NativeSocket receiver = bound();
        NativeSocket sender = bound();
        SendTo answer = new SendTo(receiver);
        ReceiveFrom receive = new ReceiveFrom(receiver).pooled().multishot();
        receive.onCompletion(event -> {
            if (event.isOk()) {
                MemorySegment data = event.data();
                PooledBuffer taken = event.takeBuffer();
                answer.onCompletion(sent -> taken.release());
                if (event.bytes() % 2 == 0) {
                    answer.buffer(data);
                } else {
                    answer.buffer(taken, ReceiveFrom.HEADROOM, event.bytes());
                }
                port.submit(answer.toSourceOf(event));
            }
        });
        port.submit(receive);
        MemorySegment memory = port.allocate(ROOM).segment();
        ReceiveFrom back = new ReceiveFrom(sender).buffer(memory);
        for (int i = 1; i < 30; i++) {
            send(sender, receiver, i);
            assertThat(loop.run(back).bytes()).isEqualTo(i);
            Pattern.check(memory.asSlice(0, i), 0);
            assertThat(back.source()).isEqualTo(receiver.localAddress());
        }
    }

    @Test
    void severalDatagramsComeTogetherWithTheirSize() throws Exception {
        assumeTrue(
                Capabilities.report().stream()
                        .filter(support -> support.backend() == backend)
                        .flatMap(support -> support.features().stream())
                        .anyMatch(each -> each.name().equals("coalesced receives of datagrams")
                                && each.available()),
                "needs a system with coalesced receives of datagrams");
        NativeSocket receiver = bound().set(SockOpt.UDP_GRO, true);
        NativeSocket sender = bound();
        ReceiveFrom receive = multishot(receiver);
        port.submit(receive);
        int[] sizes = {100, 333, 1, 2, 300};
        for (int size : sizes) {
            MemorySegment memory = Pattern.allocate(port, 3L * size);
            loop.run(new SendTo(sender).buffer(memory).to(receiver.localAddress())
                    .segmentBytes(size));
            send(sender, receiver, size);
        }
        MemorySegment large = Pattern.allocate(port, 5000);
        loop.run(new SendTo(sender).buffer(large).to(receiver.localAddress()).segmentBytes(400));
        loop.until("all", () -> got.size() == 2 * sizes.length + 1);
        for (int i = 0; i < sizes.length; i++) {
            Address source = sender.localAddress();
            assertThat(got.get(2 * i))
                    .isEqualTo(new Got(source, 3 * sizes[i], sizes[i], false, true));
            assertThat(got.get(2 * i + 1))
                    .isEqualTo(new Got(source, sizes[i], sizes[i], false, true));
        }
        assertThat(got.getLast())
                .isEqualTo(new Got(sender.localAddress(), ROOM, 400, true, true));
        cancel(receive);
        ReceiveFrom single = new ReceiveFrom(receiver).pooled().onCompletion(this::note);
        loop.run(new SendTo(sender).buffer(large.asSlice(0, 90)).to(receiver.localAddress())
                .segmentBytes(40));
        port.submit(single);
        awaitEnd(single, Status.OK);
        assertThat(got.getLast()).isEqualTo(new Got(sender.localAddress(), 90, 40, false, false));
    }

    @Test
    void sourcesOfIpv6AreComplete() throws Exception {
        NativeSocket receiver = port.datagrams(Address.loopback6(0));
        NativeSocket sender = port.datagrams(Address.loopback6(0));
        ReceiveFrom receive = multishot(receiver);
        port.submit(receive);
        send(sender, receiver, 1);
        loop.until("one", () -> got.size() == 1);
        assertThat(got.getFirst().source()).isEqualTo(sender.localAddress());
        cancel(receive);
    }

    @Test
    void sourcesOfUnixSocketsAreComplete(@TempDir Path folder) throws Exception {
        Needs.linux("Unix sockets");
        NativeSocket receiver = port.datagrams(Address.unix(folder.resolve("r")));
        String longest = "x".repeat(107 - folder.toString().length() - 1);
        NativeSocket sender = port.datagrams(Address.unix(folder.resolve(longest)));
        NativeSocket unnamed = port.socket(SocketType.UNIX_DATAGRAM);
        ReceiveFrom receive = multishot(receiver);
        port.submit(receive);
        send(sender, receiver, 1);
        send(unnamed, receiver, 2);
        loop.until("two", () -> got.size() == 2);
        assertThat(got.getFirst().source()).isEqualTo(sender.localAddress());
        assertThat(got.getLast().bytes()).isEqualTo(2);
        assertThat(got.getLast().source()).isNotEqualTo(sender.localAddress());
        cancel(receive);
    }

    @Test
    void whatCannotBeReceivedIsRefusedWithTheRemedy() throws Exception {
        NativeSocket receiver = bound();
        MemorySegment own = port.allocate(10).segment();
        assertThatIllegalStateException()
                .isThrownBy(() -> port.submit(new ReceiveFrom(receiver)))
                .withMessageContaining("buffer() or pooled()");
        assertThatIllegalStateException()
                .isThrownBy(() -> port.submit(new ReceiveFrom(receiver).buffer(own).multishot()))
                .withMessageContaining("call pooled(), or oneShot()");
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(own).multishot().oneShot();
        port.submit(receive);
        assertThatIllegalStateException().isThrownBy(receive::pooled);
        assertThatIllegalStateException().isThrownBy(receive::multishot);
        assertThatIllegalStateException().isThrownBy(receive::waitForBuffer);
        send(bound(), receiver, 1);
        awaitEnd(receive, Status.OK);
        assertThatIllegalStateException().isThrownBy(receive::takeBuffer)
                .withMessageContaining("no pooled buffer");
        assertThatIllegalStateException().isThrownBy(receive::data);
        PortOptions small = options().poolBufferBytes(ReceiveFrom.HEADROOM);
        CompletionPort other = openLoop(small).port();
        NativeSocket there = other.datagrams(OwnLoopback.at(0));
        assertThatIllegalStateException()
                .isThrownBy(() -> other.submit(new ReceiveFrom(there).pooled()))
                .withMessageContaining("buffers of 128 bytes have no room behind the first 128")
                .withMessageContaining("larger poolBufferBytes()");
    }

    @Test
    void anEventWithoutAHandlerKeepsItsBufferUntilItIsTaken() throws Exception {
        NativeSocket receiver = bound();
        NativeSocket sender = bound();
        ReceiveFrom receive = new ReceiveFrom(receiver).pooled();
        send(sender, receiver, 9);
        port.submit(receive);
        loop.until("its end", () -> !receive.isPending());
        PooledBuffer taken = receive.takeBuffer();
        Pattern.check(taken.segment().asSlice(ReceiveFrom.HEADROOM, 9), 0);
        assertThat(receive.source()).isEqualTo(sender.localAddress());
        SendTo send = new SendTo(receiver).buffer(taken, ReceiveFrom.HEADROOM, 9).to(
                sender.localAddress());
        taken.release();
        assertThatIllegalStateException().isThrownBy(() -> port.submit(send))
                .withMessageContaining("released");
        assertThatIllegalStateException().isThrownBy(() -> send.buffer(taken, 0, 1));
        CompletionPort other = openLoop(options()).port();
        PooledBuffer foreign = other.takeBuffer();
        assertThatIllegalArgumentException().isThrownBy(() -> send.buffer(foreign, 0, 1))
                .withMessageContaining("another port");
        foreign.release();
    }
}
