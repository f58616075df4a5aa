package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.Accept;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.internal.ffi.linux.DescriptorLimit;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The process has no descriptor left: accept says so, nothing spins, and service resumes when one is
 * free. Each test runs its scene once before without the limit, so that every class is loaded.
 */
class OutOfDescriptorsTest extends ConformanceTest {
    private static final int PEERS = 6;

    private NativeSocket listener;
    private final List<PlainPeer> peers = new ArrayList<>();

    @BeforeEach
    void connectPeers() throws Exception {
        Needs.linux("the limit of descriptors of a process");
        rehearse();
        listener = port.listen(OwnLoopback.at(0));
        // They are connected, though not accepted: no descriptor of the listener's side yet.
        for (int i = 0; i < PEERS; i++) {
            PlainPeer peer = closeLater(PlainPeer.connect(listener.localAddress()));
            peer.write("peer " + i);
            peers.add(peer);
        }
    }

    private void rehearse() throws SystemCallException {
        NativeSocket stage = port.listen(OwnLoopback.at(0));
        closeLater(PlainPeer.connect(stage.localAddress()));
        closeLater(PlainPeer.connect(stage.localAddress()));
        Event event = loop.run(new Accept(stage));
        loop.run(Readiness.readable(stage));
        loop.pollFor(Duration.ofMillis(60));
        loop.run(Close.immediate(event.accepted()));
        Accept multishot = loop.submit(new Accept(stage).multishot());
        loop.until("an accept", () -> loop.events().of(multishot).size() == 1);
        port.cancelAll(stage);
        assertThat(catchThrowable(() -> port.listen(stage.localAddress())))
                .isInstanceOf(SystemCallException.class);
        CompletionPort.open(options().backend(backend)).close();
        loop.run(Close.immediate(stage));
    }

    @Test
    void acceptReportsItAndServiceResumesWhenTheProcessFreesOne() throws Exception {
        Accept accept = new Accept(listener);
        Event failed;
        int retries;
        Event resumed;
        try (DescriptorLimit limit = new DescriptorLimit()) {
            failed = loop.run(accept);
            // The worst that a program can do: ask again at once, each time.
            long endNanos = System.nanoTime() + Duration.ofMillis(300).toNanos();
            retries = 0;
            do {
                loop.run(accept);
                retries++;
            } while (System.nanoTime() - endNanos < 0);
            limit.freeOne();
            // One that is pending may fail once more; the next finds the free descriptor.
            resumed = loop.run(accept);
        }
        assertThat(failed.status()).isEqualTo(Status.OUT_OF_DESCRIPTORS);
        assertThat(failed.nativeCode()).isNotZero();
        assertThat(retries).as("failures in 300 ms").isBetween(1, 30);
        assertThat(resumed.status()).isEqualTo(Status.OK);
        assertThat(loop.run(new Receive(resumed.accepted())).text()).startsWith("peer ");
    }

    @Test
    void aMultishotAcceptReportsTheShortageOnceAndContinuesByItself() throws Exception {
        Accept accept = new Accept(listener).multishot();
        List<Status> statuses;
        int polls = 0;
        try (DescriptorLimit limit = new DescriptorLimit()) {
            limit.freeOne();
            limit.freeOne();
            loop.submit(accept);
            loop.until("the shortage", () -> loop.events().of(accept).size() == 3);
            long endNanos = System.nanoTime() + Duration.ofMillis(300).toNanos();
            for (long left = 1; left > 0; left = endNanos - System.nanoTime()) {
                port.poll(Math.max(left, 1));
                polls++;
            }
            statuses = loop.events().statusesOf(accept);
            limit.freeOne();
            loop.until("one more", () -> loop.events().of(accept).stream()
                    .filter(event -> event.status() == Status.OK).count() == 3);
        }
        assertThat(statuses)
                .containsExactly(Status.OK, Status.OK, Status.OUT_OF_DESCRIPTORS);
        assertThat(polls).as("polls that returned within 300 ms").isLessThan(30);
        loop.until("the others", () -> loop.events().of(accept).stream()
                .filter(event -> event.status() == Status.OK).count() == PEERS);
        assertThat(accept.isPending()).isTrue();
        assertThat(loop.events().of(accept)).allMatch(Event::hasMore);
    }

    @Test
    void aMultishotAcceptThatWaitsCanBeCancelled() throws Exception {
        Accept accept = new Accept(listener).multishot();
        try (DescriptorLimit limit = new DescriptorLimit()) {
            loop.submit(accept);
            loop.until("the shortage", () -> !loop.events().of(accept).isEmpty());
            port.cancel(accept);
            loop.until("its end", () -> !accept.isPending());
            assertThat(limit.held()).isNotNegative();
        }
        assertThat(accept.status()).isEqualTo(Status.CANCELLED);
    }

    @Test
    void closingASocketOfThePortLetsTheWaitingAcceptContinueAtOnce() throws Exception {
        NativeSocket spare = port.socket(SocketType.TCP4);
        Accept accept = new Accept(listener);
        Event failed;
        Event resumed;
        long closedNanos;
        try (DescriptorLimit limit = new DescriptorLimit()) {
            failed = loop.run(accept);
            loop.submit(accept);
            closedNanos = loop.run(Close.immediate(spare)).atNanos();
            // On a slow machine it may have been tried, and have ended, before the close.
            boolean early = loop.events().statusesOf(accept).size() > 1
                    && loop.events().lastOf(accept).status() == Status.OUT_OF_DESCRIPTORS;
            resumed = early ? loop.run(accept) : loop.await(accept);
            assertThat(limit.held()).isNotNegative();
        }
        assertThat(failed.status()).isEqualTo(Status.OUT_OF_DESCRIPTORS);
        assertThat(resumed.status()).isEqualTo(Status.OK);
        assertThat(resumed.atNanos() - closedNanos).isLessThan(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void aWaitingAcceptDoesNotKeepTheThreadBusy() throws Exception {
        Accept accept = new Accept(listener);
        int polls = 0;
        try (DescriptorLimit limit = new DescriptorLimit()) {
            loop.run(accept);
            loop.submit(accept);
            long endNanos = System.nanoTime() + Duration.ofMillis(200).toNanos();
            long left = endNanos - System.nanoTime();
            while (left > 0) {
                // Nothing is submitted again: after the end of the accept all is quiet.
                port.poll(left);
                polls++;
                left = endNanos - System.nanoTime();
            }
            assertThat(limit.held()).isNotNegative();
        }
        assertThat(polls).as("polls that returned within 200 ms").isLessThan(20);
        assertThat(loop.events().lastOf(accept).status()).isEqualTo(Status.OUT_OF_DESCRIPTORS);
    }

    @Test
    void thePendingOnesOfOtherSocketsContinue() throws Exception {
        NativeSocket server = loop.run(new Accept(listener)).accepted();
        Receive first = loop.submit(new Receive(server));
        loop.await(first);
        Accept accept = new Accept(listener);
        Event received;
        try (DescriptorLimit limit = new DescriptorLimit()) {
            loop.run(accept);
            loop.submit(accept);
            loop.submit(first);
            for (PlainPeer peer : peers) {
                peer.write("more");
            }
            received = loop.await(first);
            assertThat(limit.held()).isNotNegative();
        }
        assertThat(received.text()).isEqualTo("more");
    }

    @Test
    void everythingThatOpensADescriptorReportsTheShortageByItsStatus() throws Exception {
        Throwable socket;
        Throwable opened;
        Throwable tried;
        try (DescriptorLimit limit = new DescriptorLimit()) {
            socket = catchThrowable(() -> port.socket(SocketType.TCP4));
            opened = catchThrowable(() -> CompletionPort.open(options().backend(backend)));
            tried = catchThrowable(() -> listener.tryAccept());
            assertThat(limit.held()).isNotNegative();
        }
        for (Throwable failure : List.of(socket, opened, tried)) {
            assertThat(failure).isInstanceOfSatisfying(SystemCallException.class,
                    one -> assertThat(one.status()).isEqualTo(Status.OUT_OF_DESCRIPTORS));
        }
        assertThat(socket).hasMessageContaining("EMFILE");
        assertThat(loop.run(new Accept(listener)).status()).isEqualTo(Status.OK);
    }
}
