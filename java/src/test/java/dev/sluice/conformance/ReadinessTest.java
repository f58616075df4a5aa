package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.Accept;
import dev.sluice.Connect;
import dev.sluice.DatagramSource;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Readiness: Readiness, and the calls that never wait. */
class ReadinessTest extends ConformanceTest {
    private static final int ECHO_BYTES = 300_000;

    /** An echo server in the readiness style: it waits with Readiness, and moves bytes by try calls. */
    private final class ReadyEcho {
        private final NativeSocket socket;
        private final MemorySegment buffer = port.allocate(4096).segment();
        private final Readiness readable;
        private final Readiness writable;
        private long begin;
        private long end;
        private boolean ended;

        ReadyEcho(NativeSocket socket) {
            this.socket = socket;
            this.readable = Readiness.readable(socket).onCompletion(event -> go());
            this.writable = Readiness.writable(socket).onCompletion(event -> go());
            port.submit(readable);
        }

        private void go() {
            try {
                while (!ended && move()) {
                    // As long as the system takes and gives.
                }
            } catch (SystemCallException failure) {
                throw new AssertionError(failure);
            }
        }

        /** One step; false when it has to wait, for which a poll was submitted. */
        private boolean move() throws SystemCallException {
            if (begin == end) {
                long received = socket.tryReceive(buffer);
                if (received == NativeSocket.WOULD_BLOCK) {
                    port.submit(readable);
                    return false;
                }
                begin = 0;
                end = Math.max(received, 0);
                ended = received == NativeSocket.END_OF_STREAM;
                return true;
            }
            long sent = socket.trySend(buffer.asSlice(begin, end - begin));
            if (sent == NativeSocket.WOULD_BLOCK) {
                port.submit(writable);
                return false;
            }
            begin += sent;
            return true;
        }
    }

    @Test
    @Tag("aarch64")
    void anEchoServerInTheReadinessStyle() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        List<ReadyEcho> echoes = new ArrayList<>();
        Readiness[] incoming = new Readiness[1];
        incoming[0] = Readiness.readable(listener).onCompletion(event -> {
            if (event.status() != Status.OK) {
                return;
            }
            try {
                NativeSocket accepted = listener.tryAccept();
                while (accepted != null) {
                    echoes.add(new ReadyEcho(accepted));
                    accepted = listener.tryAccept();
                }
            } catch (SystemCallException failure) {
                throw new AssertionError(failure);
            }
            port.submit(incoming[0]);
        });
        port.submit(incoming[0]);
        List<PatternReceiver> receivers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            NativeSocket client = port.socket(SocketType.TCP4);
            assertThat(loop.run(new Connect(client, listener.localAddress())).status())
                    .isEqualTo(Status.OK);
            PatternSender.of(client, ECHO_BYTES, 50_000).start();
            receivers.add(PatternReceiver.into(client, 3000, () -> 3000).start());
        }
        loop.until("all to come back", () -> receivers.stream()
                .allMatch(one -> one.received() == ECHO_BYTES));
        loop.until("their ends", () -> echoes.stream().allMatch(echo -> echo.ended));
        assertThat(echoes).hasSize(8);
        port.cancel(incoming[0]);
        loop.until("the end of the poll", () -> !incoming[0].isPending());
        assertThat(incoming[0].status()).isEqualTo(Status.CANCELLED);
    }

    // ---- what a poll says ------------------------------------------------------------------------

    @Test
    @Tag("aarch64")
    void readableAsksForTheStateOfNowAndTakesNoByte() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Readiness poll = loop.submit(Readiness.readable(pair.server()));
        loop.pollFor(Duration.ofMillis(5));
        assertThat(poll.isPending()).isTrue();
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 100)));
        for (int i = 0; i < 3; i++) {
            assertThat(loop.await(poll).status()).isEqualTo(Status.OK);
            assertThat(poll.isReadable()).isTrue();
            assertThat(poll.isWritable()).isFalse();
            assertThat(poll.isHangup()).isFalse();
            loop.submit(poll);
        }
        loop.await(poll);
        assertThat(pair.server().tryReceive(port.allocate(60).segment())).isEqualTo(60);
        assertThat(loop.run(poll).status()).as("40 are left").isEqualTo(Status.OK);
        assertThat(pair.server().tryReceive(port.allocate(60).segment())).isEqualTo(40);
        assertThat(pair.server().tryReceive(port.allocate(60).segment()))
                .isEqualTo(NativeSocket.WOULD_BLOCK);
        loop.submit(poll);
        loop.pollFor(Duration.ofMillis(5));
        assertThat(poll.isPending()).isTrue();
    }

    @Test
    void pollAfterTheEndOfTheStreamIsReadableAndHungUpEachTime() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        loop.run(Shutdown.send(pair.client()));
        Readiness poll = Readiness.readable(pair.server());
        for (int i = 0; i < 3; i++) {
            assertThat(loop.run(poll).status()).isEqualTo(Status.OK);
            assertThat(poll.isReadable()).isTrue();
            assertThat(poll.isHangup()).isTrue();
            assertThat(pair.server().tryReceive(port.allocate(10).segment()))
                    .isEqualTo(NativeSocket.END_OF_STREAM);
        }
    }

    @Test
    void dataAndEndInOneEdgeAreBothSeen() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        // The socket is registered and idle; then bytes and end come before the port looks.
        Readiness poll = loop.submit(Readiness.readable(mixed.socket()));
        loop.pollFor(Duration.ofMillis(5));
        mixed.peer().write("last words");
        mixed.peer().close();
        assertThat(loop.await(poll).status()).isEqualTo(Status.OK);
        MemorySegment buffer = port.allocate(100).segment();
        assertThat(mixed.socket().tryReceive(buffer)).isEqualTo(10);
        assertThat(loop.run(poll).status()).isEqualTo(Status.OK);
        assertThat(mixed.socket().tryReceive(buffer)).isEqualTo(NativeSocket.END_OF_STREAM);
    }

    @Test
    void dataAndEndInOneEdgeAreBothReceivedByOperations() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        Receive receive = loop.submit(new Receive(mixed.socket()));
        loop.pollFor(Duration.ofMillis(5));
        mixed.peer().write("last words");
        mixed.peer().close();
        assertThat(loop.await(receive).text()).isEqualTo("last words");
        assertThat(loop.run(receive).status()).isEqualTo(Status.EOF);
    }

    @Test
    void writableWaitsForRoomAndTheHalfCloseOfThePeerDoesNotEndIt() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 4096);
        fill(pair.client());
        Readiness poll = loop.submit(Readiness.writable(pair.client()));
        loop.pollFor(Duration.ofMillis(5));
        assertThat(poll.isPending()).isTrue();
        loop.run(Shutdown.send(pair.server()));
        loop.pollFor(Duration.ofMillis(20));
        assertThat(poll.isPending()).as("the peer's end gives no room").isTrue();
        MemorySegment buffer = port.allocate(64 * 1024).segment();
        loop.until("room", () -> {
            drain(pair.server(), buffer);
            return !poll.isPending();
        });
        assertThat(poll.status()).isEqualTo(Status.OK);
        assertThat(poll.isWritable()).isTrue();
        assertThat(pair.client().trySend(buffer.asSlice(0, 1))).isEqualTo(1);
    }

    private void fill(NativeSocket socket) throws SystemCallException {
        MemorySegment buffer = port.allocate(16 * 1024).segment();
        long sent = 0;
        while (sent != NativeSocket.WOULD_BLOCK) {
            sent = socket.trySend(buffer);
        }
    }

    private static void drain(NativeSocket socket, MemorySegment buffer) {
        try {
            socket.tryReceive(buffer);
        } catch (SystemCallException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void eitherOfTwoIsReportedAsItIs() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Readiness poll = Readiness.readableOrWritable(pair.server());
        loop.run(poll);
        assertThat(poll.isWritable()).isTrue();
        assertThat(poll.isReadable()).isFalse();
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 1)));
        loop.run(Readiness.readable(pair.server()));
        loop.run(poll);
        assertThat(poll.isWritable()).isTrue();
        assertThat(poll.isReadable()).isTrue();
    }

    @Test
    void hangupWaitsForThePeersEndThoughBytesAreLeft() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Readiness poll = loop.submit(Readiness.hangup(pair.server()));
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 10)));
        loop.pollFor(Duration.ofMillis(10));
        assertThat(poll.isPending()).isTrue();
        loop.run(Shutdown.send(pair.client()));
        assertThat(loop.await(poll).status()).isEqualTo(Status.OK);
        assertThat(poll.isHangup()).isTrue();
        assertThat(loop.run(new Receive(pair.server())).bytes()).isEqualTo(10);
    }

    @Test
    void severalPollsOfOneSocketEndEachOnItsOwn() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Readiness first = loop.submit(Readiness.readable(pair.server()));
        Readiness second = loop.submit(Readiness.readable(pair.server()));
        Readiness third = loop.submit(Readiness.hangup(pair.server()));
        Readiness fourth = loop.submit(Readiness.writable(pair.server()));
        assertThat(loop.await(fourth).status()).isEqualTo(Status.OK);
        port.cancel(first);
        assertThat(loop.await(first).status()).isEqualTo(Status.CANCELLED);
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 1)));
        assertThat(loop.await(second).status()).isEqualTo(Status.OK);
        assertThat(third.isPending()).isTrue();
        loop.run(Shutdown.send(pair.client()));
        assertThat(loop.await(third).status()).isEqualTo(Status.OK);
    }

    @Test
    void aListenerIsReadableWhileAConnectionWaits() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Readiness poll = loop.submit(Readiness.readable(listener));
        assertThat(listener.tryAccept()).isNull();
        closeLater(PlainPeer.connect(listener.localAddress()));
        closeLater(PlainPeer.connect(listener.localAddress()));
        assertThat(loop.await(poll).status()).isEqualTo(Status.OK);
        assertThat(listener.tryAccept()).isNotNull();
        assertThat(loop.run(poll).status()).isEqualTo(Status.OK);
        NativeSocket second = listener.tryAccept();
        assertThat(second.state()).isEqualTo(NativeSocket.State.CONNECTED);
        assertThat(listener.tryAccept()).isNull();
        loop.submit(poll);
        loop.pollFor(Duration.ofMillis(5));
        assertThat(poll.isPending()).isTrue();
        Accept accept = loop.submit(new Accept(listener));
        closeLater(PlainPeer.connect(listener.localAddress()));
        assertThat(loop.await(accept).status()).isEqualTo(Status.OK);
    }

    @Test
    void aPollEndsAtItsDeadline() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Readiness poll = Readiness.readable(pair.server()).timeout(Duration.ofMillis(10));
        assertThat(loop.run(poll).status()).isEqualTo(Status.DEADLINE);
        assertThat(poll.isReadable()).isFalse();
    }

    @Test
    void pollsOfDatagramSockets() throws Exception {
        NativeSocket one = port.datagrams(OwnLoopback.at(0));
        NativeSocket other = port.datagrams(OwnLoopback.at(0));
        loop.run(new Connect(one, other.localAddress()));
        Readiness poll = loop.submit(Readiness.readable(other));
        assertThat(one.trySend(Pattern.allocate(port, 7))).isEqualTo(7);
        assertThat(loop.await(poll).status()).isEqualTo(Status.OK);
        assertThat(other.tryReceive(port.allocate(100).segment())).isEqualTo(7);
        assertThat(other.tryReceive(port.allocate(100).segment()))
                .isEqualTo(NativeSocket.WOULD_BLOCK);
        assertThat(one.trySend(port.allocate(1).segment().asSlice(0, 0))).isZero();
        loop.run(poll);
        assertThat(other.tryReceive(port.allocate(100).segment())).as("an empty datagram").isZero();
    }

    // ---- the try calls -----------------------------------------------------------------------------

    @Test
    void tryCallsOfALostConnectionFailWithReset() throws Exception {
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        Readiness poll = loop.submit(Readiness.readable(mixed.socket()));
        mixed.peer().reset();
        mixed.peer().close();
        loop.await(poll);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> mixed.socket().tryReceive(port.allocate(10).segment()))
                    .isInstanceOfSatisfying(SystemCallException.class,
                            failure -> assertThat(failure.status()).isEqualTo(Status.RESET));
        }
    }

    @Test
    void tryCallsTakeAnyNativeMemoryAndNoOther() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment own = arena.allocate(10);
            assertThat(pair.client().trySend(own)).isEqualTo(10);
            loop.run(Readiness.readable(pair.server()));
            assertThat(pair.server().tryReceive(own)).isEqualTo(10);
        }
        MemorySegment heap = MemorySegment.ofArray(new byte[10]);
        assertThatThrownBy(() -> pair.client().trySend(heap))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("arena");
        assertThatThrownBy(() -> pair.server().tryReceive(heap))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("arena");
    }

    @Test
    void tryCallsRefuseMemoryThatIsFreedOrForeign() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        NativeSocket datagrams = port.datagrams(OwnLoopback.at(0));
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 10)));
        loop.run(Readiness.readable(pair.server()));
        MemorySegment freed;
        try (Arena arena = Arena.ofShared()) {
            freed = arena.allocate(10);
        }
        List<ThrowingCallable> calls =
                List.of(
                        () -> pair.server().tryReceive(freed),
                        () -> pair.server().trySend(freed),
                        () -> datagrams.tryReceiveFrom(freed, new DatagramSource()),
                        () -> datagrams.trySendTo(freed, datagrams.localAddress()));
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("an arena that is closed");
        }
        try (Arena confined = Arena.ofConfined()) {
            MemorySegment foreign = confined.allocate(10);
            Throwable thrown = loop.await(CompletableFuture.supplyAsync(
                    () -> catchThrowable(() -> pair.server().tryReceive(foreign))));
            assertThat(thrown).isInstanceOf(WrongThreadException.class)
                    .hasMessageContaining("confined to another thread");
        }
        MemorySegment memory = port.allocate(10).segment();
        assertThat(pair.server().tryReceive(memory)).as("nothing was lost").isEqualTo(10);
        Pattern.check(memory, 0);
    }

    @Test
    void tryCallsDoNotWriteIntoReadOnlyMemoryAndTakeNoFullBufferForAnEnd() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 10)));
        loop.run(Readiness.readable(pair.server()));
        MemorySegment memory = port.allocate(10).segment();
        assertThatThrownBy(() -> pair.server().tryReceive(memory.asReadOnly()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("read-only");
        assertThatThrownBy(() -> pair.server().tryReceive(memory.asSlice(10)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 bytes");
        assertThatThrownBy(() -> pair.server().tryReceive(memory, 5, 0))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 bytes");
        assertThat(memory.get(ValueLayout.JAVA_BYTE, 1)).isZero();
        assertThat(pair.server().tryReceive(memory)).isEqualTo(10);
        Pattern.check(memory, 0);
    }

    @Test
    void tryCallsMoveMemoryOfEveryArena() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        try (Arena shared = Arena.ofShared(); Arena confined = Arena.ofConfined()) {
            for (Arena arena : List.of(shared, confined, Arena.ofAuto(), Arena.global())) {
                MemorySegment memory = arena.allocate(10);
                memory.copyFrom(Pattern.allocate(port, 10));
                assertThat(pair.client().trySend(memory)).isEqualTo(10);
                memory.fill((byte) 0);
                loop.run(Readiness.readable(pair.server()));
                assertThat(pair.server().tryReceive(memory)).isEqualTo(10);
                Pattern.check(memory, 0);
            }
        }
    }

    // ---- quiet after a half-close ------------------------------------------------------------------

    @Test
    void aHalfClosedConnectionThatIsIdleCostsNothing() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 4096);
        loop.run(Shutdown.send(pair.client()));
        assertThat(loop.run(new Receive(pair.server())).status()).isEqualTo(Status.EOF);
        // Something waits in each way: a send that finds no room, and polls.
        MemorySegment large = Pattern.allocate(port, 1 << 20);
        Send send = loop.submit(new Send(pair.server()).buffer(large));
        // May end: a late acknowledgement makes room once more.
        loop.submit(Readiness.writable(pair.server()));
        loop.submit(Readiness.readable(pair.client()));
        loop.pollFor(Duration.ofMillis(20));
        long beforeNanos = CpuTime.ofThisThreadNanos();
        int polls = 0;
        long endNanos = System.nanoTime() + Duration.ofMillis(200).toNanos();
        for (long left = 1; left > 0; left = endNanos - System.nanoTime()) {
            port.poll(left);
            polls++;
        }
        long cpuNanos = CpuTime.ofThisThreadNanos() - beforeNanos;
        assertThat(send.isPending()).isTrue();
        assertThat(polls).as("polls that returned within 200 ms").isLessThan(20);
        assertThat(Duration.ofNanos(cpuNanos)).as("processor time within 200 ms")
                .isLessThan(Duration.ofMillis(60));
    }
}
