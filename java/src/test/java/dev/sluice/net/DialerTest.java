package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Address;
import dev.sluice.CompletionPort;
import dev.sluice.SockOpt;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.conformance.Needs;
import dev.sluice.conformance.Nobody;
import dev.sluice.internal.net.dialling.HappyEyeballs;
import dev.sluice.testing.OwnLoopback;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connecting: to one address, to a name, and to many at once. */
class DialerTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int SCOPED = 50;
    private static final int RACES = 300;

    /** Reserves the addresses at which no socket listens. */
    private CompletionPort keeper;

    @BeforeEach
    void openKeeper() throws SystemCallException {
        keeper = CompletionPort.open(TestPorts.options(backend));
    }

    @AfterEach
    void closeKeeper() {
        keeper.close();
    }

    private Address nobody() throws SystemCallException {
        return Nobody.listensAt(keeper);
    }

    /** Returns an address that a socket can be bound to. */
    private Address freeAddress() throws NetException {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            return listener.address();
        }
    }

    /** A resolver that knows localhost alone, and asks no server. */
    private static List<InetAddress> localhost(String host) throws UnknownHostException {
        if (!host.equals("localhost")) {
            throw new UnknownHostException(host);
        }
        return List.of(InetAddress.getAllByName(host));
    }

    private Dialer offline() {
        return dialer().resolver(DialerTest::localhost);
    }

    @Test
    void aRefusedConnectNamesOperationAddressAndCause() throws Exception {
        Address closed = nobody();
        assertThatThrownBy(() -> dialer().dial(closed.toString()))
                .isInstanceOfSatisfying(ConnectFailedException.class, failure -> {
                    assertThat(failure.status()).isEqualTo(Status.REFUSED);
                    assertThat(failure.nativeCode()).isNotZero();
                    assertThat(failure.isTimeout()).isFalse();
                })
                .hasMessage("connect tcp " + closed + ": connection refused");
    }

    @Test
    void anUnknownNameIsNoConnectFailure() {
        assertThatThrownBy(() -> offline().dial("no-such-host.invalid:80"))
                .isInstanceOf(ResolveException.class)
                .hasMessage("resolve no-such-host.invalid: no such host");
    }

    @Test
    void aNameIsResolvedAndItsAddressesTried() throws Exception {
        try (Listener listener = Listener.open("127.0.0.1:0", listening());
                Connection client = dialer().dial("localhost:" + listener.address().port());
                Connection server = listener.accept(LONG)) {
            assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
        }
    }

    @Test
    void familiesAreTriedInTurnBeginningWithIpv6() {
        Address four = Address.parse("192.0.2.1:1");
        Address otherFour = Address.parse("192.0.2.2:1");
        Address six = Address.parse("[2001:db8::1]:1");
        Address otherSix = Address.parse("[2001:db8::2]:1");
        Address lastSix = Address.parse("[2001:db8::3]:1");
        assertThat(HappyEyeballs.interleave(List.of(four, otherFour, six, otherSix, lastSix)))
                .containsExactly(six, four, otherSix, otherFour, lastSix);
    }

    @Test
    void theDeadlineOfADialIsKept() throws Exception {
        try (Unanswering peer = Unanswering.open(TestPorts.options(backend))) {
            Dialer impatient = dialer().timeout(Duration.ofMillis(30));
            assertThatThrownBy(() -> impatient.dial(peer.address()))
                    .isInstanceOfSatisfying(DeadlineException.class,
                            failure -> assertThat(failure.isTimeout()).isTrue())
                    .hasMessage("connect " + peer.address() + ": deadline exceeded");
            Dialer late = dialer().deadline(System.nanoTime());
            assertThatThrownBy(() -> late.dial(peer.address()))
                    .isInstanceOf(DeadlineException.class);
        }
    }

    @Test
    void anInterruptEndsADial() throws Exception {
        try (Unanswering peer = Unanswering.open(TestPorts.options(backend))) {
            CompletableFuture<Thread> started = new CompletableFuture<>();
            CompletableFuture<Connection> dial = background(() -> {
                started.complete(Thread.currentThread());
                return dialer().dial(peer.address());
            });
            result(started).interrupt();
            assertThat(failureOf(dial)).isInstanceOf(CancelledException.class)
                    .hasMessage("connect " + peer.address() + ": interrupted");
        }
    }

    @Test
    void theFirstOfManyWinsAndTheOthersAreClosed() throws Exception {
        List<Listener> listeners = new ArrayList<>();
        List<Address> addresses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
            listeners.add(listener);
            addresses.add(listener.address());
        }
        addresses.addFirst(nobody());
        Connection winner = dialer().dialFirst(addresses);
        int served = 0;
        for (Listener listener : listeners) {
            if (listener.address().equals(winner.remoteAddress())) {
                Connection server = listener.accept(LONG);
                server.write(new byte[]{1});
                winner.readFully(new byte[1]);
                server.close();
                served++;
            }
            listener.close();
        }
        assertThat(served).isEqualTo(1);
        winner.close();
    }

    @Test
    void whenAllFailTheFirstCauseIsReportedWithTheOthers() throws Exception {
        List<Address> closed = List.of(nobody(), nobody(), nobody());
        assertThatThrownBy(() -> dialer().dialFirst(closed))
                .isInstanceOf(ConnectFailedException.class)
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(2));
    }

    @Test
    void theNextAddressIsTriedWhenOneDoesNotAnswer() throws Exception {
        try (Unanswering peer = Unanswering.open(TestPorts.options(backend));
                Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            Dialer quick = dialer().attemptDelay(Duration.ofMillis(10));
            HappyEyeballs race = new HappyEyeballs(quick.settings(), "connect to two");
            try (Connection client = race.run(
                    List.of(peer.address(), listener.address()), Duration.ofMillis(10))) {
                assertThat(client.remoteAddress()).isEqualTo(listener.address());
            }
        }
    }

    // ---- names, all at once ------------------------------------------------------------------

    @Test
    void namesAndAddressesAreDialledAtOnceAndOneWithoutAddressDoesNoHarm() throws Exception {
        try (Listener listener = Listener.open("127.0.0.1:0", listening())) {
            int port = listener.address().port();
            for (String target : List.of("localhost:" + port, "127.0.0.1:" + port)) {
                try (Connection client = offline().dialFirst(
                        "no-such-host.invalid:1", target, nobody().toString());
                        Connection server = listener.accept(LONG)) {
                    assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
                }
            }
        }
    }

    @Test
    void aNameThatIsLookedUpHoldsUpNobodyElse() throws Exception {
        try (Unanswering peer = Unanswering.open(TestPorts.options(backend))) {
            // One look-up fails while the other one waits, which is then cancelled.
            Dialer impatient = offline().timeout(Duration.ofMillis(100));
            assertThatThrownBy(
                    () -> impatient.dialFirst(peer.address().toString(), "no-such-host.invalid:1"))
                    .isInstanceOf(DeadlineException.class);
        }
        TestPorts.awaitIdle(group);
    }

    @Test
    void whenAllFailEveryNameWithoutAnAddressIsNamed() throws Exception {
        String closed = nobody().toString();
        assertThatThrownBy(
                () -> offline().dialFirst("one.invalid:80", closed, "other.invalid:81"))
                .isInstanceOf(ConnectFailedException.class)
                .hasMessageStartingWith("connect to the first of [one.invalid:80, " + closed
                        + ", other.invalid:81]: connect tcp " + closed + ": connection refused; ")
                .hasMessageContaining("; resolve one.invalid: no such host")
                .hasMessageContaining("; resolve other.invalid: no such host")
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(2));
        assertThatThrownBy(() -> offline().dialFirst("one.invalid:80", "other.invalid:81"))
                .isInstanceOf(ResolveException.class)
                .hasMessageContaining("resolve one.invalid: no such host")
                .hasMessageContaining("resolve other.invalid: no such host");
        assertThatThrownBy(() -> offline().dialFirst("one.invalid:80"))
                .isInstanceOf(ResolveException.class)
                .hasMessage("resolve one.invalid: no such host");
    }

    @Test
    void whatIsNoAddressIsRefusedBeforeAnythingIsDialled() throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            String good = listener.address().toString();
            for (String bad : List.of("::1:80", "999.1.1.1:80", "host:x")) {
                assertThatThrownBy(() -> dialer().dialFirst(good, bad))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> dialer().dial(bad))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> dialer().dialFirst())
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> listener.accept(Duration.ofMillis(1)))
                    .isInstanceOf(DeadlineException.class);
        }
    }

    // ---- owners that end ---------------------------------------------------------------------

    @Test
    void aScopeThatIsShutDownEndsItsDialsAndLeavesNothing() throws Exception {
        LiveThreads before = LiveThreads.now();
        try (Unanswering peer = Unanswering.open(TestPorts.options(backend))) {
            List<Future<Connection>> dials = new ArrayList<>();
            try (ExecutorService scope = Executors.newVirtualThreadPerTaskExecutor()) {
                CountDownLatch begun = new CountDownLatch(SCOPED);
                Dialer counting = dialer().control(socket -> begun.countDown());
                for (int i = 0; i < SCOPED; i++) {
                    dials.add(scope.submit(() -> counting.dial(peer.address())));
                }
                assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
                // As a structured scope does when it is cancelled: it interrupts, and then joins.
                scope.shutdownNow();
            }
            for (Future<Connection> dial : dials) {
                assertThatThrownBy(dial::get).hasCauseInstanceOf(CancelledException.class);
            }
            TestPorts.awaitIdle(group);
            before.awaitNoneMoreThanWaitFor(group.ports());
        }
    }

    @Test
    void aDialThatMeetsTheEndOfItsScopeLeavesAConnectionOrNothing() throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            int won = 0;
            for (int round = 0; round < RACES; round++) {
                Future<Connection> dial;
                try (ExecutorService scope = Executors.newVirtualThreadPerTaskExecutor()) {
                    dial = scope.submit(() -> dialer().dial(listener.address()));
                    LockSupport.parkNanos(round * 500L);
                    scope.shutdownNow();
                }
                if (dial.state() == Future.State.SUCCESS) {
                    dial.resultNow().abort();
                    won++;
                } else {
                    assertThat(dial.exceptionNow()).isInstanceOf(CancelledException.class);
                }
            }
            assertThat(won).isLessThanOrEqualTo(RACES);
        }
        // A connection that the listener took and no thread accepted ends too: the group's end
        // checks the rest.
        TestPorts.awaitIdle(group);
    }

    // ---- settings ----------------------------------------------------------------------------

    @Test
    void theHookSetsOptionsAndItsFailureEndsTheDial() throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            Dialer slow = dialer().control(socket -> socket.set(SockOpt.NODELAY, false));
            try (Connection client = slow.dial(listener.address())) {
                assertThat(client.get(SockOpt.NODELAY)).isFalse();
                assertThat(client.get(SockOpt.KEEPALIVE)).isTrue();
            }
            Dialer refusing = dialer().control(socket -> {
                throw new SystemCallException("as the test wants it", Status.PERMISSION, 0);
            });
            assertThatThrownBy(() -> refusing.dial(listener.address()))
                    .isInstanceOf(NetException.class)
                    .hasMessageEndingWith(": permission denied");
            Dialer faulty = dialer().control(socket -> {
                throw new AssertionError("as the test wants it");
            });
            assertThatThrownBy(() -> faulty.dial(listener.address()))
                    .isInstanceOf(NetException.class)
                    .hasCauseInstanceOf(AssertionError.class);
            // The port still works.
            dialer().dial(listener.address()).close();
        }
    }

    @Test
    void keepAliveIsThatOfTheDialer() throws Exception {
        Needs.linux("Wine does not let the times be set");
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
                Connection patient = dialer().keepAlive(Duration.ofSeconds(77))
                        .dial(listener.address());
                Connection usual = dialer().dial(listener.address());
                Connection without = dialer().keepAlive(Duration.ZERO)
                        .dial(listener.address())) {
            assertThat(patient.get(SockOpt.KEEPALIVE_IDLE)).isEqualTo(77);
            assertThat(usual.get(SockOpt.KEEPALIVE_IDLE)).isEqualTo(15);
            assertThat(without.get(SockOpt.KEEPALIVE)).isFalse();
        }
        try (Listener listener = Listener.open("127.0.0.1:0", listening());
                Connection longest =
                        dialer().keepAlive(Duration.ofHours(10)).dial(listener.address())) {
            assertThat(longest.get(SockOpt.KEEPALIVE_IDLE)).isEqualTo(32_767);
            assertThatThrownBy(() -> longest.set(SockOpt.KEEPALIVE_IDLE, 36_000))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("KEEPALIVE_IDLE_SECONDS of 36000: use 1 to 32767");
        }
    }

    @Test
    void theLocalAddressIsUsed() throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            Address local = freeAddress();
            try (Connection client = dialer().local(local).dial(listener.address());
                    Connection server = listener.accept(LONG)) {
                assertThat(client.localAddress()).isEqualTo(local);
                assertThat(server.remoteAddress()).isEqualTo(local);
                client.abort();
            }
        }
    }

    @Test
    void aDialThatMeetsItselfIsRefused() throws Exception {
        Address free = freeAddress();
        assertThatThrownBy(() -> dialer().local(free).dial(free))
                .isInstanceOfSatisfying(NetException.class, failure -> assertThat(
                        failure.status()).isIn(Status.REFUSED, Status.ADDRESS_IN_USE));
        TestPorts.awaitIdle(group);
    }

    @Test
    void anAddressOfAnotherFamilyThanTheLocalOneIsNotTried() throws Exception {
        try (Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening())) {
            Address four = listener.address();
            Address six = Address.loopback6(four.port());
            Dialer fromFour = dialer().local(OwnLoopback.at(0));
            // Otherwise a failure of the first family would be reported, or be waited for.
            try (Connection client = fromFour.dialFirst(List.of(six, four))) {
                assertThat(client.remoteAddress()).isEqualTo(four);
            }
            assertThatThrownBy(() -> fromFour.dial(six))
                    .isInstanceOf(ConnectFailedException.class)
                    .hasMessage(
                            "connect " + six + ": not of the family of " + OwnLoopback.ANY_PORT);
        }
    }

    @Test
    void dialAndCloseManyTimesLeavesNothing() throws Exception {
        int cycles = Integer.getInteger("sluice.test.dials", 1000);
        LiveThreads before = LiveThreads.now();
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server server = Server.on(listener, connection -> connection.transferTo(connection));
        server.start();
        int workers = 4;
        List<CompletableFuture<Void>> dials = new ArrayList<>();
        for (int worker = 0; worker < workers; worker++) {
            dials.add(background(() -> {
                for (int cycle = 0; cycle < cycles / workers; cycle++) {
                    Connection client = dialer().dial(listener.address());
                    client.write(new byte[]{1});
                    client.readFully(new byte[1]);
                    if (cycle % 2 == 0) {
                        client.abort();
                    } else {
                        client.close();
                    }
                }
                return null;
            }));
        }
        for (CompletableFuture<Void> dial : dials) {
            dial.get();
        }
        Server.Report report = server.stop(LONG);
        assertThat(report.finished() + report.lost()).isEqualTo(4L * (cycles / 4));
        assertThat(report.aborted()).isZero();
        TestPorts.awaitIdle(group);
        before.awaitNoneMoreThanWaitFor(group.ports());
        group.close();
        before.awaitNoneMore();
    }
}
