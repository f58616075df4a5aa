package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A kernel reports a reset only once: the next call finds what looks like a clean end. A reset
 * must never become an EOF, whichever side of the socket learned of it first.
 */
@Tag("aarch64")
class HiddenResetTest extends ConformanceTest {
    private static final int NARROW = 16 * 1024;
    private static final long MUCH = 8 << 20;

    /** Long enough for the reset to arrive over loopback; nothing is asked of the socket. */
    private static final Duration ARRIVAL = Duration.ofMillis(50);

    @Test
    void aReceiveLearnsItAndSoDoesEachFurtherOne() throws Exception {
        NativeSocket socket = resetSocket();
        Receive receive = new Receive(socket);
        assertThat(loop.run(receive).status()).isEqualTo(Status.RESET);
        assertThat(loop.run(receive).status()).isEqualTo(Status.RESET);
        assertThat(loop.run(receive.multishot()).status()).isEqualTo(Status.RESET);
    }

    @Test
    void aSendLearnsItFirst() throws Exception {
        NativeSocket socket = resetSocket();
        Send send = new Send(socket).buffer(Pattern.allocate(port, 10));
        assertThat(loop.run(send).status()).isIn(Status.RESET, Status.BROKEN_PIPE);
        Receive receive = new Receive(socket);
        assertThat(loop.run(receive).status()).isEqualTo(Status.RESET);
        assertThat(loop.run(receive).status()).isEqualTo(Status.RESET);
    }

    @Test
    void aTrySendLearnsItFirst() throws Exception {
        NativeSocket socket = resetSocket();
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> socket.trySend(Pattern.allocate(port, 10)));
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> socket.tryReceive(port.allocate(10).segment()))
                .satisfies(e -> assertThat(e.status()).isEqualTo(Status.RESET));
        assertThat(loop.run(new Receive(socket)).status()).isEqualTo(Status.RESET);
    }

    @Test
    void aTryReceiveLearnsItFirst() throws Exception {
        NativeSocket socket = resetSocket();
        for (int round = 0; round < 3; round++) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> socket.tryReceive(port.allocate(10).segment()))
                    .satisfies(e -> assertThat(e.status()).isEqualTo(Status.RESET));
        }
        assertThat(loop.run(new Receive(socket)).status()).isEqualTo(Status.RESET);
    }

    @Test
    void aPollDoesNotUseItUp() throws Exception {
        NativeSocket socket = resetSocket();
        Readiness poll = Readiness.readable(socket);
        assertThat(loop.run(poll).status()).isEqualTo(Status.OK);
        assertThat(poll.isHangup()).isTrue();
        assertThat(loop.run(new Receive(socket)).status()).isEqualTo(Status.RESET);
    }

    @Test
    void aHalfDoneSendAndAReceiveWaitTheReceiveFirst() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowResetting(loop, NARROW);
        Receive receive = loop.submit(new Receive(mixed.socket()));
        loop.pollFor(Duration.ofMillis(20));
        Send send = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        bothEndAtAReset(mixed, send, receive);
    }

    @Test
    void aHalfDoneSendAndAReceiveWaitTheSendFirst() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowResetting(loop, NARROW);
        Send send = loop.submit(new Send(mixed.socket()).buffer(Pattern.allocate(port, MUCH)));
        loop.pollFor(Duration.ofMillis(20));
        Receive receive = loop.submit(new Receive(mixed.socket()));
        bothEndAtAReset(mixed, send, receive);
    }

    private void bothEndAtAReset(Pairs.Mixed mixed, Send send, Receive receive) {
        loop.pollFor(ARRIVAL);
        mixed.peer().reset();
        assertThat(loop.await(receive).status()).isEqualTo(Status.RESET);
        Event sent = loop.await(send);
        assertThat(sent.status()).isNotEqualTo(Status.OK);
        assertThat(sent.bytes()).isPositive().isLessThan(MUCH);
        assertThat(loop.run(receive).status()).isEqualTo(Status.RESET);
        assertThat(loop.run(send).status()).isIn(Status.RESET, Status.BROKEN_PIPE);
    }

    @Test
    void afterAShutdownOfOursToo() throws Exception {
        Needs.resetsThatAreKept();
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        loop.run(Shutdown.send(mixed.socket()));
        mixed.peer().reset();
        loop.pollFor(ARRIVAL);
        Receive receive = new Receive(mixed.socket());
        assertThat(loop.run(receive).status()).isEqualTo(Status.RESET);
        assertThat(loop.run(receive).status()).isEqualTo(Status.RESET);
    }

    /** Linux keeps what came before the reset; a system may drop it, but not the reset. */
    @Test
    void dataThatCameBeforeItMayBeReadAndThenTheReset() throws Exception {
        Needs.resetsThatAreKept();
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        mixed.peer().write("before");
        mixed.peer().reset();
        loop.pollFor(ARRIVAL);
        Receive receive = new Receive(mixed.socket());
        Event event = loop.run(receive);
        if (event.status() == Status.OK) {
            assertThat(event.text()).isEqualTo("before");
            event = loop.run(receive);
        }
        assertThat(event.status()).isEqualTo(Status.RESET);
    }

    @Test
    void aMultishotReceiveEndsWithIt() throws Exception {
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        Receive receive = loop.submit(new Receive(mixed.socket()).multishot());
        mixed.peer().write("before");
        loop.until("the data", () -> !loop.events().of(receive).isEmpty());
        mixed.peer().reset();
        assertThat(loop.await(receive).status()).isEqualTo(Status.RESET);
        assertThat(loop.events().statusesOf(receive)).containsExactly(Status.OK, Status.RESET);
    }

    /** The other way round: both sides ended in good order, and that is no reset. */
    @Test
    void aCleanEndOfBothSidesIsNotTakenForAReset() throws Exception {
        Pairs.Mixed mixed = Pairs.accepted(loop);
        mixed.peer().shutdownSend();
        Receive receive = new Receive(mixed.socket());
        assertThat(loop.run(receive).status()).isEqualTo(Status.EOF);
        loop.run(Shutdown.send(mixed.socket()));
        loop.await(mixed.peer().readText());
        mixed.peer().close();
        loop.pollFor(ARRIVAL);
        assertThat(loop.run(receive).status()).isEqualTo(Status.EOF);
        assertThat(loop.run(receive).status()).isEqualTo(Status.EOF);
    }

    private NativeSocket resetSocket() throws Exception {
        Needs.resetsThatAreKept();
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        mixed.peer().reset();
        loop.pollFor(ARRIVAL);
        return mixed.socket();
    }
}
