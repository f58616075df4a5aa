package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.Delay;
import dev.sluice.DetachedSocket;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.PortOptions;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SendVectored;
import dev.sluice.Shutdown;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Mistakes of the user: each is an error that names the cause and the remedy, and retains nothing. */
@Tag("aarch64")
class RefusalTest extends ConformanceTest {
    private static final Duration HOUR = Duration.ofHours(1);

    // ---- operations ----------------------------------------------------------------------------

    @Test
    void aPendingOperationIsNotSubmittedAgainNorChanged() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = loop.submit(new Receive(pair.server()));
        for (ThrowingCallable misuse : List.<ThrowingCallable>of(
                () -> port.submit(receive), () -> receive.buffer(port.allocate(5).segment()),
                receive::pooled, receive::multishot, () -> receive.timeoutNanos(1))) {
            assertThatThrownBy(misuse).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("pending receive").hasMessageContaining("cancel it");
        }
        loop.run(new Send(pair.client()).buffer(Pattern.allocate(port, 5)));
        assertThat(loop.await(receive).bytes()).isEqualTo(5);
        assertThat(loop.events().of(receive)).hasSize(1);
    }

    @Test
    void nothingIsSubmittedToASocketWhoseCloseWas() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        NativeSocket socket = pair.client();
        Receive before = new Receive(socket);
        Close graceful = loop.submit(Close.graceful(socket, HOUR));
        for (Operation<?> each : List.of(before,
                new Send(socket).buffer(port.allocate(1).segment()),
                Readiness.readable(socket), Shutdown.send(socket), Close.abort(socket),
                new Connect(socket, Address.loopback(1)))) {
            assertThatThrownBy(() -> port.submit(each)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("a close of its socket was submitted")
                    .hasMessageContaining("isOpen()");
            assertThat(each.isPending()).isFalse();
        }
        assertThatThrownBy(() -> socket.tryReceive(port.allocate(1).segment()))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        assertThat(port.cancel(graceful)).isTrue();
        assertThat(loop.await(graceful).status()).isEqualTo(Status.CANCELLED);
        assertThat(port.cancelAll(socket)).isZero();
        assertThatThrownBy(() -> port.submit(graceful)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(socket::localAddress).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void operationsOfAnotherPortAreNotTaken() throws Exception {
        Loop other = openLoop(options());
        Pairs.Pair theirs = Pairs.connected(other);
        Receive idle = new Receive(theirs.client());
        Receive pending = other.submit(new Receive(theirs.server()));
        Delay timer = other.submit(new Delay(HOUR));
        for (ThrowingCallable misuse : List.<ThrowingCallable>of(
                () -> port.submit(idle), () -> port.cancel(pending),
                () -> port.cancelAll(theirs.server()),
                () -> port.moveDeadline(pending, 0), () -> port.cancel(timer),
                () -> port.moveDeadline(timer, 0))) {
            assertThatThrownBy(misuse).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another port");
        }
        assertThat(timer.isPending()).isTrue();
        assertThat(port.pendingOperations()).isZero();
        other.run(new Send(theirs.client()).buffer(Pattern.allocate(other.port(), 3)));
        assertThat(other.await(pending).bytes()).isEqualTo(3);
    }

    @Test
    void anOperationThatLacksASettingNamesIt() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        assertThatThrownBy(() -> port.submit(new Send(pair.client())))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("buffer()");
        assertThatThrownBy(() -> port.submit(new SendVectored(pair.client(), 2)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("add()");
        Receive own = new Receive(pair.client()).buffer(port.allocate(5).segment()).multishot();
        assertThatThrownBy(() -> port.submit(own))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("pooled()");
        assertThatThrownBy(() -> own.timeoutNanos(-1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 for none");
        assertThat(port.pendingOperations()).isZero();
    }

    // ---- limits --------------------------------------------------------------------------------

    @Test
    void whenAllSlotsAreTakenTheLimitIsNamedAndClosesStillWork() throws Exception {
        Loop small = openLoop(options().maxOperations(8).maxSockets(4));
        Pairs.Pair pair = Pairs.connected(small);
        List<Receive> receives = new ArrayList<>();
        while (receives.size() < 8) {
            receives.add(small.submit(new Receive(pair.client())));
        }
        CompletionPort full = small.port();
        for (Operation<?> each : List.of(new Receive(pair.server()), new Delay(HOUR))) {
            assertThatThrownBy(() -> full.submit(each)).isInstanceOf(LimitExceededException.class)
                    .hasMessageContaining("8 operations").hasMessageContaining("maxOperations");
            assertThat(each.isPending()).isFalse();
        }
        Close first = small.submit(Close.graceful(pair.client(), HOUR));
        Close second = small.submit(Close.graceful(pair.server(), HOUR));
        assertThat(small.await(first).status()).isEqualTo(Status.OK);
        assertThat(small.await(second).status()).isEqualTo(Status.OK);
        // The peer's end may be there before the cancel of the one that the kernel had.
        assertThat(receives.getFirst().status()).isIn(Status.CLOSED_LOCALLY, Status.EOF);
        assertThat(receives.subList(1, 8)).extracting(Receive::status)
                .containsOnly(Status.CLOSED_LOCALLY);
        small.run(new Delay(Duration.ZERO));
    }

    @Test
    void aFullPortCanCancelWithoutASlotAndContinues() throws Exception {
        Loop small = openLoop(options().maxOperations(4).maxSockets(4));
        Pairs.Pair pair = Pairs.connected(small);
        Receive last = null;
        for (int i = 0; i < 4; i++) {
            last = small.submit(new Receive(pair.client()));
        }
        assertThat(small.port().cancel(last)).isTrue();
        small.await(last);
        small.submit(last);
    }

    @Test
    void whenAllSocketsAreOpenTheLimitIsNamed() throws Exception {
        Loop small = openLoop(options().maxOperations(64).maxSockets(3));
        NativeSocket listener = small.port().listen(OwnLoopback.at(0));
        NativeSocket second = small.port().socket(SocketType.TCP4);
        small.port().socket(SocketType.UDP4);
        for (ThrowingCallable more : List.<ThrowingCallable>of(
                () -> small.port().socket(SocketType.TCP4),
                () -> small.port().listen(OwnLoopback.at(0)),
                () -> small.port().datagrams(OwnLoopback.at(0)), listener::tryAccept)) {
            assertThatThrownBy(more).isInstanceOf(LimitExceededException.class)
                    .hasMessageContaining("3 sockets").hasMessageContaining("maxSockets");
        }
        small.run(Close.immediate(second));
        small.port().socket(SocketType.TCP4);
    }

    /** Sockets that come and go between two polls: a close finds a slot for each. */
    @Test
    void closesAreNeverRefusedForWantOfASlot() throws Exception {
        Loop small = openLoop(options().maxOperations(2).maxSockets(3));
        small.submit(new Delay(HOUR));
        small.submit(new Delay(HOUR));
        int closed = 0;
        for (int round = 0; round < 5; round++) {
            try {
                while (true) {
                    small.submit(Close.immediate(small.port().socket(SocketType.TCP4)));
                    closed++;
                }
            } catch (LimitExceededException full) {
                assertThat(full).hasMessageContaining("maxSockets");
            }
            small.until("the closes", () -> small.port().pendingOperations() == 2);
        }
        assertThat(closed).isEqualTo(15);
    }

    @Test
    void aPoolThatTheSystemCannotGiveIsAnErrorThatLeavesNothing() {
        PortOptions endless =
                PortOptions.DEFAULT.backend(backend).poolBuffers(1 << 24).poolBufferBytes(1 << 24);
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> CompletionPort.open(endless))
                    .isInstanceOfSatisfying(SystemCallException.class,
                            failure -> assertThat(failure.status())
                                    .isEqualTo(Status.OUT_OF_MEMORY));
        }
    }

    @Test
    void limitsOutOfBoundsAreNamed() {
        assertThatThrownBy(() -> PortOptions.DEFAULT.maxOperations(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxOperations of 0");
        assertThatThrownBy(() -> PortOptions.DEFAULT.maxTasks(3))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("maxTasks of 3");
    }

    // ---- threads -------------------------------------------------------------------------------

    @Test
    void anotherThreadIsRefusedWithTheRemedy() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Receive receive = new Receive(pair.client());
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        for (ThrowingCallable misuse : List.<ThrowingCallable>of(
                () -> port.submit(receive), () -> port.poll(0), port::close,
                () -> port.cancel(receive), () -> port.moveDeadline(receive, 0),
                () -> port.socket(SocketType.TCP4), () -> port.listen(OwnLoopback.at(0)),
                () -> port.handOver(Thread.currentThread()), port::takeBuffer,
                listener::tryAccept,
                pair.client()::localAddress)) {
            Throwable thrown = loop.await(CompletableFuture.supplyAsync(() -> thrownBy(misuse)));
            assertThat(thrown).isInstanceOf(WrongThreadException.class)
                    .hasMessageContaining("the port belongs to").hasMessageContaining("execute");
        }
        assertThat(port.pendingOperations()).isZero();
        Throwable closing =
                loop.await(CompletableFuture.supplyAsync(() -> thrownBy(port::close)));
        assertThat(closing).hasMessageMatching("cannot close the port on Thread\\[.*: the port"
                + " belongs to Thread\\[.*; use port\\.execute\\(port::close\\)");
    }

    private static Throwable thrownBy(ThrowingCallable misuse) {
        try {
            misuse.call();
        } catch (Throwable thrown) {
            return thrown;
        }
        return new AssertionError("nothing was thrown");
    }

    @Test
    void handOverIsPossibleBeforeTheFirstUseOnly() throws Exception {
        port.poll(0);
        assertThatThrownBy(() -> port.handOver(Thread.currentThread()))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("before its first");
        CompletionPort fresh = CompletionPort.open(options().backend(backend));
        assertThatThrownBy(() -> fresh.handOver(null)).isInstanceOf(NullPointerException.class);
        CompletableFuture<String> seen = new CompletableFuture<>();
        Thread owner = Thread.ofPlatform().unstarted(() -> useAndClose(fresh, seen));
        fresh.handOver(owner);
        assertThatThrownBy(() -> fresh.poll(0)).isInstanceOf(WrongThreadException.class);
        owner.start();
        assertThat(seen.get(60, TimeUnit.SECONDS)).isEqualTo("OK 5 OK");
        owner.join();
    }

    @Test
    void aVirtualThreadOwnsAPort() throws Exception {
        CompletableFuture<String> opened = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> useAndClose(null, opened)).join();
        assertThat(opened.get(60, TimeUnit.SECONDS)).isEqualTo("OK 5 OK");
        CompletionPort fresh = CompletionPort.open(options().backend(backend));
        CompletableFuture<String> handedOver = new CompletableFuture<>();
        Thread owner = Thread.ofVirtual().unstarted(() -> useAndClose(fresh, handedOver));
        fresh.handOver(owner);
        owner.start();
        owner.join();
        assertThat(handedOver.get(60, TimeUnit.SECONDS)).isEqualTo("OK 5 OK");
    }

    private void useAndClose(CompletionPort given, CompletableFuture<String> seen) {
        try (CompletionPort mine =
                given == null ? CompletionPort.open(options().backend(backend)) : given) {
            Loop own = new Loop(mine);
            Pairs.Pair pair = Pairs.connected(own);
            own.run(new Send(pair.client()).buffer(Pattern.allocate(mine, 5)));
            Event received = own.run(new Receive(pair.server()));
            Event timer = own.run(new Delay(Duration.ofMillis(1)));
            seen.complete(received.status() + " " + received.bytes() + " " + timer.status());
        } catch (SystemCallException | RuntimeException | Error failure) {
            seen.completeExceptionally(failure);
        }
    }

    // ---- a closed port -------------------------------------------------------------------------

    @Test
    void aClosedPortTakesNothingAndOpensNothing() throws Exception {
        Loop other = openLoop(options());
        CompletionPort closed = other.port();
        Pairs.Pair pair = Pairs.connected(other);
        Receive receive = new Receive(pair.client());
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Accept accept = new Accept(listener).detached();
        loop.events().leaveDetached(accept);
        loop.submit(accept);
        NativeSocket client = port.socket(SocketType.TCP4);
        loop.run(new Connect(client, listener.localAddress()));
        loop.await(accept);
        closed.close();
        closed.close();
        for (ThrowingCallable misuse : List.<ThrowingCallable>of(
                () -> closed.submit(receive), () -> closed.submit(new Delay(HOUR)),
                () -> closed.poll(0), () -> closed.socket(SocketType.TCP4),
                () -> closed.listen(OwnLoopback.at(0)),
                () -> closed.datagrams(OwnLoopback.at(0)),
                pair.client()::localAddress)) {
            assertThatThrownBy(misuse).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
        assertThat(closed.cancel(receive)).isFalse();
        closed.wakeup();
    }

    @Test
    void aClosedPortDoesNotTakeADetachedSocketOver() throws Exception {
        CompletionPort closed = openLoop(options()).port();
        closed.close();
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        List<DetachedSocket> taken = new ArrayList<>();
        Accept accept = new Accept(listener).detached();
        accept.onCompletion(event -> taken.add(event.takeDetached()));
        port.submit(accept);
        loop.run(new Connect(port.socket(SocketType.TCP4), listener.localAddress()));
        loop.until("an accepted socket", () -> !taken.isEmpty());
        assertThatThrownBy(() -> closed.attach(taken.getFirst()))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        NativeSocket here = port.attach(taken.getFirst());
        assertThat(here.state()).isEqualTo(NativeSocket.State.CONNECTED);
    }
}
