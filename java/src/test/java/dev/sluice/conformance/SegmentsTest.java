package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Address;
import dev.sluice.Capabilities;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.DatagramSource;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendTo;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Several datagrams of one size in one send, and in one receive. */
class SegmentsTest extends ConformanceTest {
    private static final String SENDS = "datagram segmentation of sends";
    private static final String RECEIVES = "coalesced receives of datagrams";
    private static final int LARGEST_RECEIVE = 65_535;

    @Override
    PortOptions options() {
        return super.options().poolBuffers(8).poolBufferBytes(64 * 1024);
    }

    private boolean has(String feature) {
        return Capabilities.report().stream()
                .filter(support -> support.backend() == backend)
                .flatMap(support -> support.features().stream())
                .anyMatch(each -> each.name().equals(feature) && each.available());
    }

    private void needs(String feature) {
        assumeTrue(has(feature), () -> "needs a system with " + feature);
    }

    private NativeSocket bound() throws SystemCallException {
        return port.datagrams(OwnLoopback.at(0));
    }

    private NativeSocket coalescing() throws SystemCallException {
        needs(SENDS);
        needs(RECEIVES);
        return bound().set(SockOpt.UDP_GRO, true);
    }

    private NativeSocket connectedTo(NativeSocket peer) throws SystemCallException {
        NativeSocket socket = bound();
        assertThat(loop.run(new Connect(socket, peer.localAddress())).status())
                .isEqualTo(Status.OK);
        return socket;
    }

    private SendTo segmented(NativeSocket from, NativeSocket to, long bytes, int segmentBytes)
            throws SystemCallException {
        return new SendTo(from).buffer(Pattern.allocate(port, bytes)).to(to.localAddress())
                .segmentBytes(segmentBytes);
    }

    private void sends(SendTo send, long bytes) {
        Event sent = loop.run(send);
        assertThat(sent.status()).isEqualTo(Status.OK);
        assertThat(sent.bytes()).isEqualTo(bytes);
    }

    // ---- sending -----------------------------------------------------------------------------

    @Test
    void aSendIsAsManyDatagramsAsItHasSegmentsAndTheLastIsShorter() throws Exception {
        needs(SENDS);
        NativeSocket sender = bound();
        NativeSocket receiver = bound();
        sends(segmented(sender, receiver, 2500, 1000), 2500);
        MemorySegment memory = port.allocate(4000).segment();
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(memory);
        int position = 0;
        for (int size : new int[]{1000, 1000, 500}) {
            assertThat(loop.run(receive).bytes()).isEqualTo(size);
            assertThat(receive.segmentBytes()).isEqualTo(size);
            assertThat(receive.source()).isEqualTo(sender.localAddress());
            Pattern.check(memory.asSlice(0, size), position);
            position += size;
        }
        nothingMoreComes(receive);
    }

    private void nothingMoreComes(ReceiveFrom receive) {
        loop.submit(receive);
        loop.pollFor(Duration.ofMillis(5));
        assertThat(receive.isPending()).isTrue();
    }

    @Test
    void aConnectedSocketSendsSegmentsToItsPeer() throws Exception {
        needs(SENDS);
        NativeSocket receiver = bound();
        NativeSocket sender = connectedTo(receiver);
        Send send = new Send(sender).buffer(Pattern.allocate(port, 2001)).segmentBytes(1000);
        for (int round = 0; round < 3; round++) {
            assertThat(loop.run(send).bytes()).isEqualTo(2001);
            assertThat(send.isComplete()).isTrue();
            int position = 0;
            for (int size : new int[]{1000, 1000, 1}) {
                Event received = loop.run(new Receive(receiver));
                assertThat(received.bytes()).isEqualTo(size);
                Pattern.check(received.data(), position);
                position += size;
            }
        }
    }

    @Test
    void whatFitsIntoOneSegmentIsOneDatagram() throws Exception {
        NativeSocket sender = bound();
        NativeSocket receiver = bound();
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(port.allocate(4000).segment());
        for (int bytes : new int[]{0, 1, 999, 1000}) {
            sends(new SendTo(sender).buffer(Pattern.allocate(port, 1000).asSlice(0, bytes))
                    .to(receiver.localAddress()).segmentBytes(1000), bytes);
            assertThat(loop.run(receive).bytes()).isEqualTo(bytes);
            assertThat(receive.segmentBytes()).isEqualTo(bytes);
        }
        nothingMoreComes(receive);
    }

    @Test
    void zeroMakesItOneDatagramAgain() throws Exception {
        needs(SENDS);
        NativeSocket sender = bound();
        NativeSocket receiver = bound();
        SendTo send = segmented(sender, receiver, 30, 10);
        sends(send, 30);
        sends(send.segmentBytes(0), 30);
        List<Integer> lengths = new ArrayList<>();
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(port.allocate(100).segment());
        for (int i = 0; i < 4; i++) {
            lengths.add((int) loop.run(receive).bytes());
        }
        assertThat(lengths).containsExactly(10, 10, 10, 30);
    }

    @Test
    void queuedSendsOfSegmentsKeepTheirOrder() throws Exception {
        needs(SENDS);
        NativeSocket receiver = bound();
        NativeSocket sender = connectedTo(receiver);
        for (int i = 1; i <= 20; i++) {
            loop.submit(new Send(sender).buffer(Pattern.allocate(port, 2L * i)).segmentBytes(i));
        }
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(port.allocate(100).segment());
        for (int i = 1; i <= 20; i++) {
            assertThat(loop.run(receive).bytes()).isEqualTo(i);
            assertThat(loop.run(receive).bytes()).isEqualTo(i);
        }
    }

    @Test
    void anIpv6SocketSendsSegmentsToBothFamilies() throws Exception {
        needs(SENDS);
        NativeSocket sender = port.datagrams(Address.any6(0));
        for (Address at : List.of(Address.loopback6(0), Address.loopback(0))) {
            NativeSocket receiver = port.datagrams(at);
            sends(segmented(sender, receiver, 150, 100), 150);
            ReceiveFrom receive = new ReceiveFrom(receiver).buffer(port.allocate(200).segment());
            assertThat(loop.run(receive).bytes()).isEqualTo(100);
            assertThat(loop.run(receive).bytes()).isEqualTo(50);
        }
    }

    // ---- receiving ---------------------------------------------------------------------------

    @Test
    void aReceiverThatCoalescesGetsThemTogetherWithTheirSize() throws Exception {
        NativeSocket receiver = coalescing();
        NativeSocket sender = bound();
        sends(segmented(sender, receiver, 9500, 1000), 9500);
        MemorySegment memory = port.allocate(LARGEST_RECEIVE).segment();
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(memory);
        assertThat(loop.run(receive).bytes()).isEqualTo(9500);
        assertThat(receive.segmentBytes()).isEqualTo(1000);
        assertThat(receive.isTruncated()).isFalse();
        assertThat(receive.source()).isEqualTo(sender.localAddress());
        Pattern.check(memory.asSlice(0, 9500), 0);
        loop.run(new SendTo(receiver).buffer(memory.asSlice(0, 9500)).toSourceOf(receive)
                .segmentBytes(receive.segmentBytes()));
        Event back = loop.run(new Receive(sender));
        assertThat(back.bytes()).as("a receiver without the option").isEqualTo(1000);
    }

    @Test
    void oneDatagramHasItsOwnLengthAsItsSize() throws Exception {
        NativeSocket receiver = coalescing();
        NativeSocket sender = bound();
        ReceiveFrom from = new ReceiveFrom(receiver).buffer(port.allocate(100).segment());
        Receive pooled = new Receive(receiver);
        for (int bytes : new int[]{7, 0, 100}) {
            sends(segmented(sender, receiver, 9, 3), 9);
            assertThat(loop.run(from).bytes()).isEqualTo(9);
            assertThat(from.segmentBytes()).isEqualTo(3);
            SendTo single = new SendTo(sender).to(receiver.localAddress())
                    .buffer(Pattern.allocate(port, 100).asSlice(0, bytes));
            sends(single, bytes);
            assertThat(loop.run(from).bytes()).isEqualTo(bytes);
            assertThat(from.segmentBytes()).isEqualTo(bytes);
            sends(single, bytes);
            assertThat(loop.run(pooled).bytes()).isEqualTo(bytes);
            assertThat(pooled.segmentBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void connectedSocketsReceiveSegmentsIntoTheirOwnMemoryAndIntoThePool() throws Exception {
        NativeSocket receiver = coalescing();
        NativeSocket sender = bound();
        loop.run(new Connect(receiver, sender.localAddress()));
        MemorySegment memory = port.allocate(LARGEST_RECEIVE).segment();
        Receive own = new Receive(receiver).buffer(memory);
        Receive pooled = new Receive(receiver);
        for (int round = 0; round < 3; round++) {
            sends(segmented(sender, receiver, 2500, 1200), 2500);
            assertThat(loop.run(own).bytes()).isEqualTo(2500);
            assertThat(own.segmentBytes()).isEqualTo(1200);
            Pattern.check(memory.asSlice(0, 2500), 0);
            sends(segmented(sender, receiver, 2600, 1300), 2600);
            Event received = loop.run(pooled);
            assertThat(received.bytes()).isEqualTo(2600);
            assertThat(pooled.segmentBytes()).isEqualTo(1300);
            Pattern.check(received.data(), 0);
        }
    }

    @Test
    void eachEventOfAMultishotReceiveHasItsSize() throws Exception {
        NativeSocket receiver = coalescing();
        NativeSocket sender = bound();
        int[] segments = {100, 250, 1, 1000, 33};
        for (int size : segments) {
            sends(segmented(sender, receiver, 3L * size, size), 3L * size);
        }
        List<Integer> sizes = new ArrayList<>();
        Receive receive = new Receive(receiver).multishot().onCompletion(event -> {
            if (event.isOk()) {
                assertThat(event.bytes()).isEqualTo(3 * event.segmentBytes());
                Pattern.check(event.data(), 0);
                event.takeBuffer().release();
                sizes.add(event.segmentBytes());
            }
        });
        port.submit(receive);
        loop.until("all", () -> sizes.size() == segments.length);
        assertThat(sizes).containsExactly(100, 250, 1, 1000, 33);
        port.cancel(receive);
        loop.until("its end", () -> !receive.isPending());
        assertThat(receive.status()).isEqualTo(Status.CANCELLED);
        assertThat(receive.segmentBytes()).isZero();
    }

    /** A receive that waits when they come, and not only one that finds them. */
    @Test
    void aReceiveThatWaitsGetsSegmentsToo() throws Exception {
        NativeSocket receiver = coalescing();
        NativeSocket sender = bound();
        ReceiveFrom from = new ReceiveFrom(receiver).buffer(port.allocate(5000).segment());
        Receive pooled = new Receive(receiver);
        loop.submit(from);
        loop.submit(pooled);
        loop.pollFor(Duration.ofMillis(2));
        sends(segmented(sender, receiver, 4000, 900), 4000);
        assertThat(loop.await(from).bytes()).isEqualTo(4000);
        assertThat(from.segmentBytes()).isEqualTo(900);
        sends(segmented(sender, receiver, 4001, 901), 4001);
        assertThat(loop.await(pooled).bytes()).isEqualTo(4001);
        assertThat(pooled.segmentBytes()).isEqualTo(901);
        loop.submit(from);
        port.cancel(from);
        assertThat(loop.await(from).status()).isEqualTo(Status.CANCELLED);
        sends(segmented(sender, receiver, 20, 10), 20);
        assertThat(loop.run(from).bytes()).isEqualTo(20);
        assertThat(from.segmentBytes()).isEqualTo(10);
    }

    @Test
    void segmentsThatDoNotFitAreCutAndSaySo() throws Exception {
        NativeSocket receiver = coalescing();
        NativeSocket sender = bound();
        MemorySegment memory = port.allocate(2500).segment();
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(memory);
        sends(segmented(sender, receiver, 5000, 1000), 5000);
        assertThat(loop.run(receive).bytes()).isEqualTo(2500);
        assertThat(receive.isTruncated()).isTrue();
        assertThat(receive.segmentBytes()).isEqualTo(1000);
        Pattern.check(memory, 0);
        nothingMoreComes(receive);
    }

    @Test
    void afterTheOptionIsOffEachReceiveIsOneDatagram() throws Exception {
        NativeSocket receiver = coalescing();
        assertThat(receiver.get(SockOpt.UDP_GRO)).isTrue();
        receiver.set(SockOpt.UDP_GRO, false);
        assertThat(receiver.get(SockOpt.UDP_GRO)).isFalse();
        sends(segmented(bound(), receiver, 20, 10), 20);
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(port.allocate(100).segment());
        assertThat(loop.run(receive).bytes()).isEqualTo(10);
        assertThat(receive.segmentBytes()).isEqualTo(10);
        assertThat(loop.run(receive).bytes()).isEqualTo(10);
    }

    // ---- without waiting -----------------------------------------------------------------------

    /** On the port's thread and on another one, directly and by way of a copy. */
    @Test
    void callsThatDoNotWaitSendSegmentsAndLearnTheirSize() throws Exception {
        NativeSocket receiver = coalescing();
        NativeSocket sender = bound();
        Address to = receiver.localAddress();
        MemorySegment bytes = Pattern.allocate(port, 2500);
        MemorySegment memory = port.allocate(LARGEST_RECEIVE).segment();
        DatagramSource source = new DatagramSource();
        for (int size : new int[]{1000, 1200, 2500, 0}) {
            assertThat(sender.trySendTo(bytes, to, size)).isEqualTo(2500);
            loop.run(Readiness.readable(receiver));
            assertThat(receiver.tryReceiveFrom(memory, source)).isEqualTo(2500);
            assertThat(source.segmentBytes()).isEqualTo(size == 0 ? 2500 : size);
            assertThat(source.address()).isEqualTo(sender.localAddress());
            Pattern.check(memory.asSlice(0, 2500), 0);
        }
        loop.await(CompletableFuture.runAsync(() -> {
            try {
                assertThat(sender.trySendTo(bytes, to, 999)).isEqualTo(2500);
                long received = NativeSocket.WOULD_BLOCK;
                while (received == NativeSocket.WOULD_BLOCK) {
                    received = receiver.tryReceiveFrom(memory.asSlice(0, 2000), source);
                }
                assertThat(received).isEqualTo(2000);
            } catch (SystemCallException failure) {
                throw new AssertionError(failure);
            }
        }));
        assertThat(source.isTruncated()).isTrue();
        assertThat(source.segmentBytes()).isEqualTo(999);
        assertThat(receiver.tryReceiveFrom(memory, source)).isEqualTo(NativeSocket.WOULD_BLOCK);
    }

    @Test
    void callsThatDoNotWaitHaveTheSameBounds() throws Exception {
        NativeSocket sender = bound();
        Address to = sender.localAddress();
        MemorySegment bytes = Pattern.allocate(port, 641);
        for (int size : new int[]{-1, 65_536}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> sender.trySendTo(bytes, to, size))
                    .withMessageContaining("segments of " + size + " bytes: use 1 to 65535");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sender.trySendTo(bytes, to, 10))
                .withMessageContaining("641 bytes in segments of 10 are 65 datagrams")
                .withMessageContaining("use larger segments");
        if (has(SENDS)) {
            assertThat(sender.trySendTo(bytes, to, 11)).isEqualTo(641);
        } else {
            assertThatThrownBy(() -> sender.trySendTo(bytes, to, 11))
                    .isInstanceOfSatisfying(SystemCallException.class,
                            failure -> assertThat(failure.status())
                                    .isEqualTo(Status.UNSUPPORTED));
        }
    }

    // ---- what is refused ---------------------------------------------------------------------

    @Test
    void sizesOutOfBoundsNameTheOperationTheValueAndTheRemedy() throws Exception {
        NativeSocket socket = bound();
        for (int size : new int[]{-1, Integer.MIN_VALUE, 65_536}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new SendTo(socket).segmentBytes(size))
                    .withMessageContaining("send-to of udp socket")
                    .withMessageContaining("segments of " + size + " bytes")
                    .withMessageContaining("use 1 to 65535, or 0 for one datagram");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Send(socket).segmentBytes(size))
                    .withMessageContaining("send of udp socket");
        }
        NativeSocket stream = port.socket(SocketType.TCP4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Send(stream).segmentBytes(100))
                .withMessageContaining("send of tcp socket")
                .withMessageContaining("not on a UDP socket");
        new Send(stream).segmentBytes(0);
        Send aimed = new Send(socket).buffer(Pattern.allocate(port, 10)).segmentBytes(5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> port.submit(aimed.socket(stream)))
                .withMessageContaining("segmentBytes(0)");
    }

    @Test
    void moreSegmentsThanOneCallTakesAreRefusedAndOneLessIsNot() throws Exception {
        needs(SENDS);
        NativeSocket receiver = bound();
        NativeSocket sender = bound();
        SendTo send = segmented(sender, receiver, 641, 10);
        assertThatIllegalStateException()
                .isThrownBy(() -> port.submit(send))
                .withMessageContaining("send-to of udp socket")
                .withMessageContaining("641 bytes in segments of 10 are 65 datagrams")
                .withMessageContaining("64 at most")
                .withMessageContaining("larger segmentBytes()");
        assertThat(send.isPending()).isFalse();
        sends(send.buffer(Pattern.allocate(port, 640)), 640);
        ReceiveFrom receive = new ReceiveFrom(receiver).buffer(port.allocate(100).segment());
        for (int i = 0; i < 64; i++) {
            assertThat(loop.run(receive).bytes()).isEqualTo(10);
        }
        nothingMoreComes(receive);
    }

    @Test
    void moreBytesThanADatagramMayHaveAreTooBigAlsoInSegments() throws Exception {
        needs(SENDS);
        NativeSocket receiver = bound();
        SendTo send = segmented(bound(), receiver, 65_508, 2000);
        assertThat(loop.run(send).status()).isEqualTo(Status.MESSAGE_TOO_BIG);
        sends(send.buffer(Pattern.allocate(port, 65_507)), 65_507);
    }

    @Test
    void thatNobodyReceivesIsToldAfterSegmentsToo() throws Exception {
        needs(SENDS);
        NativeSocket gone = bound();
        Address nobody = gone.localAddress();
        NativeSocket client = connectedTo(gone);
        loop.run(Close.immediate(gone));
        Receive receive = loop.submit(new Receive(client));
        Send send = new Send(client).buffer(Pattern.allocate(port, 30)).segmentBytes(10);
        loop.run(send);
        assertThat(loop.await(receive).status()).isEqualTo(Status.REFUSED);
        NativeSocket server = port.datagrams(nobody);
        assertThat(loop.run(send).status()).isEqualTo(Status.OK);
        for (int i = 0; i < 3; i++) {
            assertThat(loop.run(new Receive(server)).bytes()).isEqualTo(10);
        }
    }

    @Test
    void aSystemWithoutSegmentsSaysSoAndTheSocketStillWorks() throws Exception {
        assumeFalse(has(SENDS), "needs a system without " + SENDS);
        NativeSocket receiver = bound();
        NativeSocket sender = connectedTo(receiver);
        SendTo sendTo = segmented(sender, receiver, 20, 10);
        assertThat(loop.run(sendTo).status()).isEqualTo(Status.UNSUPPORTED);
        Send send = new Send(sender).buffer(Pattern.allocate(port, 20)).segmentBytes(10);
        assertThat(loop.run(send).status()).isEqualTo(Status.UNSUPPORTED);
        assertThatThrownBy(() -> receiver.set(SockOpt.UDP_GRO, true))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> {
                    assertThat(failure.status()).isEqualTo(Status.UNSUPPORTED);
                    assertThat(failure).hasMessageContaining("UDP_GRO");
                });
        assertThat(loop.run(send.segmentBytes(0)).bytes()).isEqualTo(20);
        assertThat(loop.run(new Receive(receiver)).bytes()).isEqualTo(20);
    }
}
