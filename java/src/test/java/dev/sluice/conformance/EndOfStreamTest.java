package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The end of the peer's stream: told to each receive, and never a reason to be busy. */
@Tag("aarch64")
class EndOfStreamTest extends ConformanceTest {
    private static final Duration WHILE = Duration.ofMillis(300);

    @Test
    void eofIsReportedAgainOnEachFurtherReceive() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        mixed.peer().close();
        Receive receive = new Receive(mixed.socket());
        for (int round = 0; round < 5; round++) {
            assertThat(loop.run(receive).status()).isEqualTo(Status.EOF);
        }
        Receive own = new Receive(mixed.socket()).buffer(port.allocate(16).segment());
        assertThat(loop.run(own).status()).isEqualTo(Status.EOF);
        assertThat(loop.run(new Receive(mixed.socket()).multishot()).status())
                .isEqualTo(Status.EOF);
        assertThat(mixed.socket().tryReceive(port.allocate(16).segment()))
                .isEqualTo(NativeSocket.END_OF_STREAM);
        assertThat(mixed.socket().tryReceive(port.allocate(16).segment()))
                .isEqualTo(NativeSocket.END_OF_STREAM);
    }

    @Test
    void receivesThatWaitInLineEndWithEofEachOnce() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        Receive[] receives = new Receive[10];
        for (int i = 0; i < receives.length; i++) {
            receives[i] = loop.submit(new Receive(mixed.socket()));
        }
        mixed.peer().write("one");
        assertThat(loop.await(receives[0]).text()).isEqualTo("one");
        mixed.peer().close();
        for (int i = 1; i < receives.length; i++) {
            assertThat(loop.await(receives[i]).status()).isEqualTo(Status.EOF);
            assertThat(loop.events().of(receives[i])).hasSize(1);
        }
    }

    /** 100% CPU after a half-close: the fault of many event loops (netty 4082, 7801). */
    @Test
    void anEndThatNobodyReceivesKeepsNobodyBusy() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        Receive receive = loop.submit(new Receive(mixed.socket()));
        mixed.peer().close();
        assertThat(loop.await(receive).status()).isEqualTo(Status.EOF);
        assertThePortIsQuiet();
    }

    @Test
    void anEndWhileASendIsBlockedKeepsNobodyBusy() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, 16 * 1024);
        PlainPeer peer = closeLater(mixed.peer());
        Send send = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, 4 << 20)));
        Receive receive = loop.submit(new Receive(mixed.socket()));
        peer.shutdownSend();
        assertThat(loop.await(receive).status()).isEqualTo(Status.EOF);
        assertThePortIsQuiet();
        assertThat(loop.events().isAnswered(send)).isFalse();
    }

    /** Waiting for room to send is not ended by the peer's half-close, again and again. */
    @Test
    void aPollForWritingIsNotEndedByAHalfClose() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowMixed(loop, 16 * 1024);
        PlainPeer peer = closeLater(mixed.peer());
        NativeSocket socket = mixed.socket();
        fill(socket);
        Readiness poll = loop.submit(Readiness.writable(socket));
        peer.shutdownSend();
        assertThePortIsQuiet();
        assertThat(loop.events().isAnswered(poll)).isFalse();
    }

    @Test
    void bothSidesEndedKeepsNobodyBusy() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        Receive receive = loop.submit(new Receive(mixed.socket()));
        loop.run(Shutdown.send(mixed.socket()));
        mixed.peer().close();
        assertThat(loop.await(receive).status()).isEqualTo(Status.EOF);
        assertThePortIsQuiet();
        // Both ended in good order: the kernel has forgotten the connection, and it is no reset.
        assertThat(loop.run(receive).status()).isEqualTo(Status.EOF);
    }

    /** Sends until the system takes nothing, also not a little later. */
    private void fill(NativeSocket socket) throws SystemCallException {
        MemorySegment chunk = Pattern.allocate(port, 64 * 1024);
        long sent = 0;
        while (sent >= 0) {
            while (sent >= 0) {
                sent = socket.trySend(chunk);
            }
            // A late acknowledgement makes room once more.
            loop.pollFor(Duration.ofMillis(200));
            sent = socket.trySend(chunk);
        }
    }

    /** No event comes, the waits last, and the thread does next to nothing. */
    private void assertThePortIsQuiet() {
        int polls = 0;
        int events = 0;
        long cpuBefore = CpuTime.ofThisThreadNanos();
        long endNanos = System.nanoTime() + WHILE.toNanos();
        while (System.nanoTime() - endNanos < 0) {
            events += port.poll(WHILE.dividedBy(3));
            polls++;
        }
        assertThat(events).as("events: " + loop.events().all()).isZero();
        // A few, until a send has filled the buffers; a busy loop has thousands.
        assertThat(polls).as("polls that returned").isLessThan(30);
        long cpuNanos = CpuTime.ofThisThreadNanos() - cpuBefore;
        assertThat(cpuNanos).as("CPU time of the wait").isLessThan(WHILE.toNanos() / 2);
    }
}
