package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.DetachedSocket;
import dev.sluice.LimitExceededException;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connections for more ports than one: handed over after accept, or spread by the system. */
class HandOverTest extends ConformanceTest {
    private static final byte[] GREETING = "from the other port".getBytes(
            StandardCharsets.US_ASCII);

    @Test
    @Tag("aarch64")
    void anAcceptedConnectionWorksOnAnotherPortOfAnotherThread() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        PlainPeer peer = closeLater(PlainPeer.connect(listener.localAddress()));
        DetachedSocket detached = takeAfterSubmit(listener);
        CompletableFuture<Status> worker = CompletableFuture.supplyAsync(
                () -> greet(detached), HandOverTest::start);
        assertThat(loop.await(peer.readText()).text())
                .isEqualTo("from the other port");
        assertThat(loop.await(worker)).isEqualTo(Status.OK);
    }

    @Test
    void aConnectionThatNobodyWasCalledToTakeEndsWithThePort() throws Exception {
        PlainPeer peer;
        try (CompletionPort own = CompletionPort.open(options().backend(backend))) {
            NativeSocket listener = own.listen(OwnLoopback.at(0));
            Accept accept = new Accept(listener).detached();
            own.submit(accept);
            peer = closeLater(PlainPeer.connect(listener.localAddress()));
            while (accept.isPending()) {
                own.poll(CompletionPort.FOREVER);
            }
            assertThat(accept.status()).isEqualTo(Status.OK);
        }
        assertThat(loop.await(peer.readText()).text()).isEmpty();
    }

    /** The handler takes it, as a program would. */
    private DetachedSocket takeAfterSubmit(NativeSocket listener) {
        List<DetachedSocket> taken = new ArrayList<>();
        Accept accept = new Accept(listener).detached()
                .onCompletion(event -> taken.add(event.takeDetached()));
        port.submit(accept);
        loop.until("an accept", () -> !accept.isPending());
        return taken.getFirst();
    }

    private static void start(Runnable task) {
        Thread.ofPlatform().daemon().name("other-port").start(task);
    }

    private Status greet(DetachedSocket detached) {
        PortOptions options = options().backend(backend);
        try (CompletionPort other = CompletionPort.open(options)) {
            NativeSocket socket = other.attach(detached);
            assertThat(socket.state()).isEqualTo(NativeSocket.State.CONNECTED);
            var memory = other.allocate(GREETING.length).segment();
            MemorySegment.copy(
                    GREETING, 0, memory, ValueLayout.JAVA_BYTE, 0,
                    GREETING.length);
            Send send = new Send(socket).buffer(memory);
            other.submit(send);
            Close close = Close.graceful(socket, Loop.LIMIT);
            other.submit(close);
            // The peer's end never comes before it has read all: it closes at the test's end.
            while (send.isPending()) {
                other.poll(Loop.LIMIT);
            }
            return send.status();
        } catch (SystemCallException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void aDetachedConnectionIsTakenOnceAndMayBeGivenUp() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        PlainPeer first = closeLater(PlainPeer.connect(listener.localAddress()));
        DetachedSocket detached = takeAfterSubmit(listener);
        detached.close();
        detached.close();
        assertThat(loop.await(first.readText()).end()).isEqualTo(PlainPeer.End.EOF);
        assertThatThrownBy(() -> port.attach(detached))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("attached or closed before");

        closeLater(PlainPeer.connect(listener.localAddress()));
        DetachedSocket second = takeAfterSubmit(listener);
        port.attach(second);
        assertThatThrownBy(() -> port.attach(second)).isInstanceOf(IllegalStateException.class);
        second.close();
    }

    @Test
    void aDetachedConnectionThatNobodyTakesIsClosed() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        PlainPeer peer = closeLater(PlainPeer.connect(listener.localAddress()));
        Accept ignored = new Accept(listener).detached();
        loop.events().leaveDetached(ignored);
        loop.run(ignored);
        assertThat(loop.await(peer.readText()).end()).isEqualTo(PlainPeer.End.EOF);
    }

    @Test
    void detachedConnectionsOfAMultishotAcceptWithoutAHandlerAreClosedToo() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        List<PlainPeer> peers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            peers.add(closeLater(PlainPeer.connect(listener.localAddress())));
        }
        Accept accept = new Accept(listener).multishot().detached();
        port.submit(accept);
        int events = 0;
        long end = System.nanoTime() + Loop.LIMIT.toNanos();
        while (events < 5 && System.nanoTime() - end < 0) {
            events += port.poll(1_000_000);
        }
        assertThat(events).isEqualTo(5);
        port.cancel(accept);
        loop.until("its end", () -> !accept.isPending());
        for (PlainPeer peer : peers) {
            assertThat(loop.await(peer.readText()).end()).isEqualTo(PlainPeer.End.EOF);
        }
    }

    @Test
    void theKindOfAcceptDecidesHowItsSocketIsTaken() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        closeLater(PlainPeer.connect(listener.localAddress()));
        Accept attached = new Accept(listener);
        loop.run(attached);
        assertThatThrownBy(attached::takeDetached)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("use accepted()");
        assertThatThrownBy(() -> new Accept(listener).detached().accepted())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("takeDetached()");
        assertThatThrownBy(() -> new Accept(listener).accepted())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has no accepted socket");
    }

    @Test
    void attachBeyondTheLimitOfSocketsIsRefusedAndTheConnectionStays() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        PlainPeer peer = closeLater(PlainPeer.connect(listener.localAddress()));
        DetachedSocket detached = takeAfterSubmit(listener);
        CompletionPort full = openLoop(options().maxOperations(16).maxSockets(1)).port();
        full.socket(SocketType.TCP4);
        assertThatThrownBy(() -> full.attach(detached))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("PortOptions.maxSockets");
        NativeSocket here = port.attach(detached);
        peer.write("still there");
        assertThat(loop.run(new Receive(here)).text()).isEqualTo("still there");
    }

    @Test
    void reuseportSpreadsConnectionsOverTwoPorts() throws Exception {
        Needs.linux("SO_REUSEPORT spreads there");
        Loop second = openLoop(options());
        NativeSocket one = shared(loop, OwnLoopback.at(0));
        NativeSocket other = shared(second, one.localAddress());
        Accept hereAccept = loop.submit(new Accept(one).multishot());
        Accept thereAccept = second.submit(new Accept(other).multishot());
        int count = 64;
        for (int i = 0; i < count; i++) {
            NativeSocket client = port.socket(SocketType.TCP4);
            assertThat(loop.run(new Connect(client, one.localAddress())).status())
                    .isEqualTo(Status.OK);
        }
        loop.until("all to be accepted", () -> {
            second.port().poll(0);
            return loop.events().of(hereAccept).size()
                    + second.events().of(thereAccept).size() == count;
        });
        // The kernel hashes addresses and ports: all on one side would be a chance of 2 to -63.
        assertThat(loop.events().of(hereAccept)).isNotEmpty();
        assertThat(second.events().of(thereAccept)).isNotEmpty();
    }

    private static NativeSocket shared(Loop of, Address address) throws SystemCallException {
        NativeSocket socket = of.port().socket(SocketType.TCP4).set(SockOpt.REUSEPORT, true);
        return socket.bind(address).listen(128);
    }

    @Test
    void withoutReuseportASecondListenerIsRefused() throws Exception {
        Needs.linux("SO_REUSEPORT");
        NativeSocket one = shared(loop, OwnLoopback.at(0));
        Address taken = one.localAddress();
        NativeSocket other = port.socket(SocketType.TCP4);
        assertThatThrownBy(() -> other.bind(taken))
                .isInstanceOfSatisfying(SystemCallException.class, failure -> assertThat(
                        failure.status()).isEqualTo(Status.ADDRESS_IN_USE));
    }
}
