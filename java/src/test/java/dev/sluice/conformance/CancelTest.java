package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendTo;
import dev.sluice.SendVectored;
import dev.sluice.Shutdown;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Cancel is a request. The operation's own terminal event reports how it ended; bytes that moved
 * win; the socket works afterwards.
 */
@Tag("aarch64")
class CancelTest extends ConformanceTest {
    private static final int BIG = 4 << 20;
    private static final int CANCELS_AMID_BYTES = 300;

    private final MemorySegment oneByte = Arena.global().allocate(1);

    private void exchangeWorks(NativeSocket from, NativeSocket to, int round) throws Exception {
        MemorySegment piece = port.allocate(100).segment();
        Pattern.fill(piece, round);
        assertThat(loop.run(new Send(from).buffer(piece)).bytes()).isEqualTo(100);
        MemorySegment into = port.allocate(100).segment();
        assertThat(loop.run(new Receive(to).buffer(into)).bytes()).isEqualTo(100);
        Pattern.check(into, round);
    }

    // ---- before anything came ------------------------------------------------------------------

    @Test
    void aReceiveOfEachSortIsCancelledAndTheSocketStillReceives() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive[] sorts = {
            new Receive(pair.server()).buffer(port.allocate(10).segment()),
            new Receive(pair.server()).pooled(),
            new Receive(pair.server()).pooled().multishot()};
        for (int i = 0; i < sorts.length; i++) {
            loop.submit(sorts[i]);
            port.poll(0);
            assertThat(port.cancel(sorts[i])).isTrue();
            Event end = loop.await(sorts[i]);
            assertThat(end.status()).isEqualTo(Status.CANCELLED);
            assertThat(end.bytes()).isZero();
            assertThat(end.hasMore()).isFalse();
            exchangeWorks(pair.client(), pair.server(), i);
        }
        assertThat(port.availableBuffers()).isEqualTo(loop.poolBuffers());
    }

    @Test
    void aCancelledOperationMayBeSubmittedAgain() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = new Receive(pair.server());
        for (int i = 0; i < 20; i++) {
            loop.submit(receive);
            port.cancel(receive);
            assertThat(loop.await(receive).status()).isEqualTo(Status.CANCELLED);
        }
        loop.submit(receive);
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 7)));
        assertThat(loop.await(receive).bytes()).isEqualTo(7);
    }

    @Test
    void anAcceptIsCancelledAndTheListenerStillAccepts() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Accept detached = new Accept(listener).detached();
        loop.events().leaveDetached(detached);
        Accept multishot = new Accept(listener).multishot();
        for (Accept accept : List.of(new Accept(listener), multishot, detached)) {
            loop.submit(accept);
            port.poll(0);
            assertThat(port.cancel(accept)).isTrue();
            assertThat(loop.await(accept).status()).isEqualTo(Status.CANCELLED);
        }
        Pairs.Pair pair = Pairs.connect(loop, listener);
        exchangeWorks(pair.client(), pair.server(), 0);
    }

    @Test
    void aPollIsCancelledAndOthersOfTheSocketContinue() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Readiness first = loop.submit(Readiness.readable(pair.server()));
        Readiness second = loop.submit(Readiness.readable(pair.server()));
        Readiness hangup = loop.submit(Readiness.hangup(pair.server()));
        port.cancel(first);
        assertThat(loop.await(first).status()).isEqualTo(Status.CANCELLED);
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 3)));
        assertThat(loop.await(second).status()).isEqualTo(Status.OK);
        assertThat(hangup.isPending()).isTrue();
        loop.submit(Shutdown.send(pair.client()));
        assertThat(loop.await(hangup).status()).isEqualTo(Status.OK);
    }

    @Test
    void aReceiveOfDatagramsIsCancelledAndTheSocketStillReceives() throws Exception {
        NativeSocket here = port.datagrams(OwnLoopback.at(0));
        NativeSocket there = port.datagrams(OwnLoopback.at(0));
        ReceiveFrom receive = new ReceiveFrom(here).buffer(port.allocate(100).segment());
        loop.submit(receive);
        port.poll(0);
        assertThat(port.cancel(receive)).isTrue();
        assertThat(loop.await(receive).status()).isEqualTo(Status.CANCELLED);
        loop.submit(receive);
        MemorySegment datagram = Pattern.allocate(port, 9);
        loop.run(new SendTo(there).buffer(datagram).to(here.localAddress()));
        assertThat(loop.await(receive).bytes()).isEqualTo(9);
    }

    @Test
    void aConnectIsCancelledAndOnlyClosingIsLeft() throws Exception {
        FullBacklog full = FullBacklog.make(loop);
        Connect connect = full.unansweredConnect(loop);
        NativeSocket socket = connect.socket();
        Send queued = new Send(socket).buffer(Pattern.allocate(port, 5));
        loop.submit(connect);
        loop.submit(queued);
        port.poll(0);
        assertThat(port.cancel(connect)).isTrue();
        assertThat(loop.await(connect).status()).isEqualTo(Status.CANCELLED);
        assertThat(loop.await(queued).status()).isEqualTo(Status.NOT_CONNECTED);
        assertThat(loop.run(Close.immediate(socket)).status()).isEqualTo(Status.OK);
    }

    // ---- half done -----------------------------------------------------------------------------

    @Test
    void aHalfDoneSendEndsWithTheBytesThatMovedAndTheStreamContinuesBehindThem() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 8192);
        MemorySegment all = Pattern.allocate(port, BIG);
        Send send = loop.submit(new Send(pair.client()).buffer(all));
        cutShortAndContinue(pair, send, all);
    }

    @Test
    void aHalfDoneVectoredSendDoesTheSame() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 8192);
        MemorySegment all = Pattern.allocate(port, BIG);
        SendVectored send = new SendVectored(pair.client(), 3);
        send.add(all.asSlice(0, 11)).add(all.asSlice(11, BIG - 1000)).add(all.asSlice(BIG - 989));
        loop.submit(send);
        cutShortAndContinue(pair, send, all);
    }

    /** The kernel may be about to take more bytes at the moment of the cancel. */
    @Test
    void aCancelWhileTheKernelTakesBytesEndsTheSend() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 8192);
        MemorySegment all = Pattern.allocate(port, BIG);
        MemorySegment into = port.allocate(BIG).segment();
        for (int i = 0; i < CANCELS_AMID_BYTES; i++) {
            Send send = loop.submit(new Send(pair.client()).buffer(all));
            long received = 0;
            for (int part = i % 4; part >= 0; part--) {
                received += loop.run(new Receive(pair.server()).buffer(into)).bytes();
            }
            port.cancel(send);
            long sent = loop.await(send).bytes();
            assertThat(sent).isGreaterThanOrEqualTo(received);
            while (received < sent) {
                received += loop.run(new Receive(pair.server()).buffer(into)).bytes();
            }
            assertThat(received).isEqualTo(sent);
        }
    }

    private void cutShortAndContinue(Pairs.Pair pair, Operation<?> send, MemorySegment all)
            throws Exception {
        Receive receive = new Receive(pair.server());
        Event first = loop.run(receive);
        Pattern.check(first.data(), 0);
        long received = first.bytes();
        assertThat(port.cancel(send)).isTrue();
        Event end = loop.await(send);
        assertThat(end.status()).isEqualTo(Status.OK);
        assertThat(end.bytes()).isBetween(received, (long) BIG - 1);
        long wanted = end.bytes() + 1000;
        loop.submit(new Send(pair.client()).buffer(all.asSlice(end.bytes(), 1000)));
        loop.submit(Shutdown.send(pair.client()));
        Event event = loop.run(receive);
        while (event.status() == Status.OK) {
            Pattern.check(event.data(), received);
            received += event.bytes();
            event = loop.run(receive);
        }
        assertThat(event.status()).isEqualTo(Status.EOF);
        assertThat(received).isEqualTo(wanted);
    }

    // ---- when it has ended already ---------------------------------------------------------------

    @Test
    void cancelOfWhatIsNotPendingReturnsFalse() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = new Receive(pair.server());
        assertThat(port.cancel(receive)).isFalse();
        assertThat(port.cancelAll(pair.server())).isZero();
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 5)));
        assertThat(loop.run(receive).bytes()).isEqualTo(5);
        assertThat(port.cancel(receive)).isFalse();
        assertThat(port.cancelAll(pair.server())).isZero();
        exchangeWorks(pair.client(), pair.server(), 0);
    }

    /** The bytes are there, the receive is submitted, and cancelled before any poll. */
    @Test
    void aCancelAgainstBytesThatAreThereIsOneEventAndLosesNone() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = new Receive(pair.server());
        for (int i = 0; i < 200; i++) {
            sendOneByte(pair.client(), i);
            loop.submit(receive);
            port.cancel(receive);
            expectOneByte(receive, i);
        }
    }

    /** The bytes come while the receive is pending, before or behind the cancel. */
    @Test
    void aCancelAgainstBytesThatComeIsOneEventAndLosesNone() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = new Receive(pair.server());
        for (int i = 0; i < 200; i++) {
            loop.submit(receive);
            port.poll(0);
            if (i % 2 == 0) {
                sendOneByte(pair.client(), i);
                port.cancel(receive);
            } else {
                port.cancel(receive);
                sendOneByte(pair.client(), i);
            }
            expectOneByte(receive, i);
        }
    }

    /** A multishot receive is cancelled in the middle of its stream; a new one takes it up. */
    @Test
    void aMultishotReceiveIsCancelledInTheMiddleAndNoByteIsLost() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        long sent = 0;
        long received = 0;
        for (int i = 0; i < 50; i++) {
            Receive receive = loop.submit(new Receive(pair.server()).multishot());
            for (int piece = 0; piece < 3; piece++) {
                sendOneByte(pair.client(), sent++);
            }
            if (i % 2 == 0) {
                port.poll(0);
            }
            port.cancel(receive);
            loop.await(receive);
            List<Event> events = loop.events().of(receive);
            for (Event event : events) {
                Pattern.check(event.data(), received);
                received += event.bytes();
            }
            assertThat(events.subList(0, events.size() - 1)).allMatch(Event::hasMore);
            assertThat(events.getLast().hasMore()).isFalse();
            assertThat(events.getLast().status()).isEqualTo(Status.CANCELLED);
        }
        Receive rest = new Receive(pair.server());
        while (received < sent) {
            Event event = loop.run(rest);
            Pattern.check(event.data(), received);
            received += event.bytes();
        }
        assertThat(received).isEqualTo(sent);
    }

    private void sendOneByte(NativeSocket socket, long position) throws Exception {
        oneByte.set(ValueLayout.JAVA_BYTE, 0, Pattern.at(position));
        assertThat(socket.trySend(oneByte)).isEqualTo(1);
    }

    private void expectOneByte(Receive receive, long position) {
        Event event = loop.await(receive);
        if (event.status() == Status.CANCELLED) {
            assertThat(event.bytes()).isZero();
            event = loop.run(receive);
        }
        assertThat(event.status()).isEqualTo(Status.OK);
        assertThat(event.bytes()).isEqualTo(1);
        Pattern.check(event.data(), position);
    }

    // ---- queued, and all of a socket ---------------------------------------------------------------

    @Test
    void whatOnlyWaitsIsCancelledAndTheOrderOfTheOthersStays() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        List<Receive> receives = new ArrayList<>();
        List<MemorySegment> buffers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            buffers.add(port.allocate(10).segment());
            receives.add(loop.submit(new Receive(pair.server()).buffer(buffers.get(i))));
        }
        port.poll(0);
        assertThat(port.cancel(receives.get(1))).isTrue();
        assertThat(port.cancel(receives.get(3))).isTrue();
        assertThat(loop.await(receives.get(1)).status()).isEqualTo(Status.CANCELLED);
        assertThat(loop.await(receives.get(3)).status()).isEqualTo(Status.CANCELLED);
        assertThat(receives.get(0).isPending()).isTrue();
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 20)));
        assertThat(loop.await(receives.get(0)).bytes()).isEqualTo(10);
        assertThat(loop.await(receives.get(2)).bytes()).isEqualTo(10);
        Pattern.check(buffers.get(0), 0);
        Pattern.check(buffers.get(2), 10);
    }

    @Test
    void aQueuedSendThatIsCancelledLeavesNoTraceInTheStream() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 8192);
        MemorySegment all = Pattern.allocate(port, BIG);
        loop.submit(new Send(pair.client()).buffer(all.asSlice(0, BIG - 100)));
        Send dropped = loop.submit(new Send(pair.client()).buffer(port.allocate(5000).segment()));
        loop.submit(new Send(pair.client()).buffer(all.asSlice(BIG - 100)));
        loop.submit(Shutdown.send(pair.client()));
        assertThat(port.cancel(dropped)).isTrue();
        assertThat(loop.await(dropped).status()).isEqualTo(Status.CANCELLED);
        assertThat(dropped.bytes()).isZero();
        Receive receive = new Receive(pair.server());
        long received = 0;
        Event event = loop.run(receive);
        while (event.status() == Status.OK) {
            Pattern.check(event.data(), received);
            received += event.bytes();
            event = loop.run(receive);
        }
        assertThat(received).isEqualTo(BIG);
    }

    @Test
    void cancelOfASocketEndsAllOfItAndNothingOfOthers() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 8192);
        List<Operation<?>> pending = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pending.add(loop.submit(new Receive(pair.client())));
            pending.add(loop.submit(Readiness.readable(pair.client())));
        }
        pending.add(loop.submit(new Send(pair.client()).buffer(port.allocate(BIG).segment())));
        pending.add(loop.submit(new Send(pair.client()).buffer(port.allocate(10).segment())));
        Readiness other = loop.submit(Readiness.hangup(pair.server()));
        port.poll(0);
        assertThat(port.cancelAll(pair.client())).isEqualTo(pending.size());
        for (Operation<?> each : pending) {
            Event end = loop.await(each);
            boolean moved = end.operation() instanceof Send && end.bytes() > 0;
            assertThat(end.status()).isEqualTo(moved ? Status.OK : Status.CANCELLED);
        }
        assertThat(other.isPending()).isTrue();
        assertThat(port.cancelAll(pair.client())).isZero();
        exchangeWorks(pair.server(), pair.client(), 0);
    }

    @Test
    void cancellingTwiceIsOneEvent() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = loop.submit(new Receive(pair.server()));
        port.cancel(receive);
        port.cancel(receive);
        port.cancelAll(pair.server());
        assertThat(loop.await(receive).status()).isEqualTo(Status.CANCELLED);
        assertThat(loop.events().of(receive)).hasSize(1);
        exchangeWorks(pair.client(), pair.server(), 0);
    }

    @Test
    void aCancelFromTheHandlerOfAnotherOperation() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = loop.submit(new Receive(pair.server()));
        Readiness poll = Readiness.readable(pair.server());
        poll.onCompletion(ready -> port.cancel(receive));
        port.submit(poll);
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 5)));
        Event end = loop.await(receive);
        if (end.status() == Status.CANCELLED) {
            end = loop.run(receive);
        }
        assertThat(end.bytes()).isEqualTo(5);
    }

    /** The buffer of the event at hand stays the handler's, and comes once. */
    @Test
    void aMultishotReceiveMayBeCancelledInItsHandlerBeforeItsBufferIsTaken() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        List<String> seen = new ArrayList<>();
        Receive receive = new Receive(pair.server()).multishot();
        receive.onCompletion(event -> {
            if (event.hasMore()) {
                port.cancel(event);
                event.takeBuffer().release();
            }
            seen.add(event.status() + (event.hasMore() ? "+" : ""));
        });
        port.submit(receive);
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 5)));
        loop.until("the end of the receive", () -> !receive.isPending());
        assertThat(seen).containsExactly("OK+", "CANCELLED");
        assertThat(port.availableBuffers()).isEqualTo(loop.poolBuffers());
    }

    @Test
    void socketsOfAMultishotAcceptStayAsTheyAreWhenItIsCancelled() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Accept accept = loop.submit(new Accept(listener).multishot());
        NativeSocket client = port.socket(SocketType.TCP4);
        loop.run(new Connect(client, listener.localAddress()));
        loop.until("an accepted socket", () -> !loop.events().of(accept).isEmpty());
        NativeSocket accepted = loop.events().lastOf(accept).accepted();
        loop.run(Close.immediate(accepted));
        port.cancel(accept);
        assertThat(loop.await(accept).status()).isEqualTo(Status.CANCELLED);
        assertThat(accepted.isOpen()).isFalse();
        assertThat(accepted.state()).isEqualTo(NativeSocket.State.CLOSED);
    }
}
