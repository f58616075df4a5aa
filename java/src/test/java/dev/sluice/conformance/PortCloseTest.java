package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.Delay;
import dev.sluice.Linger;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendVectored;
import dev.sluice.Shutdown;
import dev.sluice.SockOpt;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The end of a port that has everything under way. That all operations end once, that the pool and
 * the descriptors are back, is checked after each test of the suite; here a port has a lot of them.
 */
class PortCloseTest extends ConformanceTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int BIG = 1 << 20;

    /** The port that is closed; {@link #port} has the peers. */
    private Loop ending;

    @BeforeEach
    void openTheOneToClose() throws Exception {
        ending = openLoop(options());
    }

    /** A connection from the ending port to the other one. */
    private Pairs.Pair across(int bufferBytes) throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        listener.set(SockOpt.RCVBUF, bufferBytes);
        Accept accept = loop.submit(new Accept(listener));
        NativeSocket client = ending.port().socket(SocketType.TCP4);
        client.set(SockOpt.SNDBUF, bufferBytes);
        assertThat(ending.run(new Connect(client, listener.localAddress())).status())
                .isEqualTo(Status.OK);
        NativeSocket server = loop.await(accept).accepted();
        loop.run(Close.immediate(listener));
        return new Pairs.Pair(client, server);
    }

    private Set<Status> statusesOf(List<? extends Operation<?>> operations) {
        Set<Status> found = EnumSet.noneOf(Status.class);
        operations.forEach(each -> found.addAll(ending.events().statusesOf(each)));
        return found;
    }

    @Test
    void thousandsOfOperationsOfAllKindsEndOnceEach() throws Exception {
        MemorySegment big = Pattern.allocate(ending.port(), BIG);
        List<Operation<?>> pending = new ArrayList<>();
        NativeSocket listener = ending.port().listen(OwnLoopback.at(0));
        for (int i = 0; i < 100; i++) {
            pending.add(ending.submit(new Accept(listener)));
            pending.add(ending.submit(new Delay(HOUR)));
        }
        NativeSocket datagrams = ending.port().datagrams(OwnLoopback.at(0));
        for (int i = 0; i < 50; i++) {
            pending.add(ending.submit(new ReceiveFrom(datagrams)
                    .buffer(ending.port().allocate(64).segment())));
        }
        List<Operation<?>> sends = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            NativeSocket socket = across(4096).client();
            pending.add(ending.submit(new Receive(socket)));
            pending.add(ending.submit(new Receive(socket).buffer(big.asSlice(0, 64))));
            pending.add(ending.submit(new Receive(socket).multishot()));
            pending.add(ending.submit(Readiness.readable(socket)));
            pending.add(ending.submit(Readiness.hangup(socket)));
            sends.add(ending.submit(new Send(socket).buffer(big)));
            pending.add(ending.submit(new Send(socket).buffer(big)));
            pending.add(ending.submit(new SendVectored(socket, 2).add(big).add(big)));
            pending.add(ending.submit(Shutdown.send(socket)));
        }
        assertThat(ending.port().pendingOperations()).isEqualTo(pending.size() + sends.size());
        ending.port().close();
        assertThat(statusesOf(pending)).containsExactly(Status.CLOSED_LOCALLY);
        assertThat(statusesOf(sends)).as("half done").containsExactly(Status.OK);
        assertThat(ending.events().all()).hasSize(sends.size() + pending.size()
                + (int) ending.events().all().stream()
                        .filter(event -> event.operation() instanceof Connect).count());
    }

    @Test
    void closesOfAllModesUnderWayEndToo() throws Exception {
        MemorySegment big = Pattern.allocate(ending.port(), BIG);
        List<Operation<?>> graceful = new ArrayList<>();
        List<Operation<?>> draining = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Pairs.Pair flushing = across(4096);
            ending.submit(new Send(flushing.client()).buffer(big));
            ending.submit(new Send(flushing.client()).buffer(big));
            graceful.add(ending.submit(Close.graceful(flushing.client(), HOUR)));
            Pairs.Pair silent = across(4096);
            ending.submit(new Receive(silent.client()));
            draining.add(ending.submit(Close.graceful(silent.client(), HOUR)));
        }
        ending.port().poll(0);
        assertThat(graceful).allMatch(Operation::isPending);
        assertThat(draining).allMatch(Operation::isPending);
        ending.port().close();
        for (List<Operation<?>> closes : List.of(graceful, draining)) {
            assertThat(statusesOf(closes)).containsExactly(Status.CLOSED_LOCALLY);
        }
    }

    /** Bytes that a graceful close had not sent yet: the peer must see that it did not get all. */
    @Test
    void thePeerOfAGracefulCloseThatWasCutShortSeesAReset() throws Exception {
        Needs.resetsThatAreKept();
        Pairs.Pair pair = across(4096);
        ending.submit(new Send(pair.client()).buffer(Pattern.allocate(ending.port(), BIG)));
        ending.submit(new Send(pair.client()).buffer(Pattern.allocate(ending.port(), 10)));
        ending.submit(Close.graceful(pair.client(), HOUR));
        ending.port().close();
        Receive receive = new Receive(pair.server());
        long received = 0;
        Event event = loop.run(receive);
        while (event.status() == Status.OK) {
            Pattern.check(event.data(), received);
            received += event.bytes();
            event = loop.run(receive);
        }
        assertThat(event.status()).isEqualTo(Status.RESET);
    }

    /** Nobody has closed the socket: what was sent so far is a part all the same. */
    @Test
    void thePeerOfASendThatTheEndOfThePortCutShortSeesAReset() throws Exception {
        Needs.resetsThatAreKept();
        Pairs.Pair pair = across(4096);
        Pairs.Pair whole = across(4096);
        ending.submit(new Send(pair.client()).buffer(Pattern.allocate(ending.port(), BIG)));
        assertThat(ending.run(new Send(whole.client()).buffer(ending.port().allocate(10).segment()))
                .status()).isEqualTo(Status.OK);
        ending.port().close();
        assertThat(endOf(pair.server())).isEqualTo(Status.RESET);
        assertThat(endOf(whole.server())).isEqualTo(Status.EOF);
    }

    private Status endOf(NativeSocket socket) {
        Receive receive = new Receive(socket);
        Event event = loop.run(receive);
        while (event.status() == Status.OK) {
            event = loop.run(receive);
        }
        return event.status();
    }

    @Test
    void aCloseThatLingersIsWaitedFor() throws Exception {
        List<Operation<?>> closes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Pairs.Pair pair = across(4096);
            pair.client().set(SockOpt.LINGER, Linger.seconds(1));
            ending.submit(new Send(pair.client())
                    .buffer(Pattern.allocate(ending.port(), BIG)));
            closes.add(ending.submit(Close.immediate(pair.client())));
        }
        ending.submit(new Delay(HOUR));
        ending.port().close();
        assertThat(closes).allMatch(close -> ending.events().of(close).size() == 1);
    }

    @Test
    @Tag("aarch64")
    void eventsThatWereNotDeliveredYetAreDelivered() throws Exception {
        Pairs.Pair pair = across(64 * 1024);
        loop.run(new Send(pair.server()).buffer(Pattern.allocate(port, 5)));
        MemorySegment into = ending.port().allocate(10).segment();
        List<String> seen = new ArrayList<>();
        Receive receive = new Receive(pair.client()).buffer(into);
        receive.onCompletion(event -> {
            seen.add(event.status() + " " + event.bytes());
            if (event.isOk()) {
                assertThat(into.get(ValueLayout.JAVA_BYTE, 4)).isEqualTo(Pattern.at(4));
            }
        });
        Send send = ending.submit(new Send(pair.client())
                .buffer(Pattern.allocate(ending.port(), 9)));
        ending.port().submit(receive);
        ending.submit(new Delay(Duration.ZERO));
        ending.port().close();
        assertThat(ending.events().all()).hasSize(3);
        assertThat(send.isPending()).isFalse();
        assertThat(seen).singleElement().isIn("OK 5", "CLOSED_LOCALLY 0");
        assertThat(into.scope().isAlive()).isFalse();
    }

    @Test
    @Tag("aarch64")
    void peersSeeTheEndOfEveryConnection() throws Exception {
        List<Receive> ends = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Pairs.Pair pair = across(64 * 1024);
            ending.submit(new Receive(pair.client()));
            ends.add(loop.submit(new Receive(pair.server())));
        }
        ending.port().close();
        for (Receive each : ends) {
            assertThat(loop.await(each).status()).isEqualTo(Status.EOF);
        }
    }

    /** Nobody took them, so nobody can close them. */
    @Test
    @Tag("aarch64")
    void acceptedSocketsThatNobodyTookAreClosed() throws Exception {
        List<Receive> ends = new ArrayList<>();
        for (boolean detached : new boolean[]{false, true}) {
            NativeSocket listener = ending.port().listen(OwnLoopback.at(0));
            Accept accept = new Accept(listener).multishot();
            if (detached) {
                accept.detached();
                ending.events().leaveDetached(accept);
            }
            for (int i = 0; i < 5; i++) {
                NativeSocket client = port.socket(SocketType.TCP4);
                loop.run(new Connect(client, listener.localAddress()));
                ends.add(loop.submit(new Receive(client)));
            }
            ending.submit(accept);
        }
        ending.port().close();
        for (Receive each : ends) {
            assertThat(loop.await(each).status()).isIn(Status.EOF, Status.RESET);
        }
    }

    @Test
    @Tag("aarch64")
    void portsComeAndGoWithoutLeavingAnything() throws Exception {
        for (int i = 0; i < 100; i++) {
            CompletionPort brief = CompletionPort.open(options().backend(backend));
            Loop own = new Loop(brief);
            if (i % 2 == 0) {
                Pairs.Pair pair = Pairs.connected(own);
                own.submit(new Receive(pair.client()));
                own.submit(Close.abort(pair.server()));
            }
            brief.close();
            own.events().verify();
            brief.close();
        }
    }

    @Test
    @Tag("aarch64")
    void aConnectUnderWayEnds() throws Exception {
        FullBacklog full = FullBacklog.make(loop);
        NativeSocket socket = ending.port().socket(SocketType.TCP4);
        Connect connect = new Connect(socket, full.listener().localAddress());
        Send behind = new Send(socket).buffer(ending.port().allocate(10).segment());
        Receive beside = new Receive(socket);
        ending.submit(connect);
        ending.submit(behind);
        ending.submit(beside);
        ending.port().poll(0);
        ending.port().close();
        assertThat(statusesOf(List.of(connect, beside))).containsExactly(Status.CLOSED_LOCALLY);
        assertThat(ending.events().of(behind)).hasSize(1);
    }
}
