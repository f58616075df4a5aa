package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.Close;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * What can still be read when a connection is lost, and what must not be taken for a loss: an
 * answer that came before the reset, and an end that was reported before.
 */
class LostConnectionTest extends ConformanceTest {
    private static final String ANSWER = "413 too large";
    private static final int ROUNDS = 300;

    /** The peer answered, and reset the connection with the request unread. */
    private NativeSocket answeredEarly() throws Exception {
        Needs.linux("elsewhere a reset may discard what came before it");
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        NativeSocket socket = mixed.socket();
        loop.run(new Send(socket).buffer(Pattern.allocate(port, 10)));
        mixed.peer().write(ANSWER);
        mixed.peer().reset();
        loop.run(Readiness.hangup(socket));
        return socket;
    }

    /** Then its system resets the connection after the end of its stream. */
    @Test
    void anAnswerIsReceivedTooIfThePeerClosedWithTheRequestUnread() throws Exception {
        Needs.linux("elsewhere a reset may discard what came before it");
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        NativeSocket socket = mixed.socket();
        Send send = new Send(socket).buffer(Pattern.allocate(port, 10));
        loop.run(send);
        mixed.peer().write(ANSWER);
        mixed.peer().close();
        loop.run(Readiness.hangup(socket));
        assertThat(loop.run(send).status()).isIn(Status.RESET, Status.BROKEN_PIPE);
        Receive receive = new Receive(socket);
        assertThat(loop.run(receive).text()).isEqualTo(ANSWER);
        Status last = loop.run(receive).status();
        assertThat(last).isIn(Status.EOF, Status.RESET);
        assertThat(loop.run(receive).status()).isEqualTo(last);
    }

    @Test
    void anAnswerThatCameBeforeTheResetIsReceivedAfterAFailedSend() throws Exception {
        NativeSocket socket = answeredEarly();
        Send send = new Send(socket).buffer(Pattern.allocate(port, 10));
        assertThat(loop.run(send).status()).isEqualTo(Status.RESET);
        Receive receive = new Receive(socket);
        assertThat(loop.run(receive).text()).isEqualTo(ANSWER);
        assertThat(loop.run(receive).status()).isEqualTo(Status.RESET);
        assertThat(loop.run(receive).status()).isEqualTo(Status.RESET);
    }

    @Test
    void andByTryReceiveAfterAFailedTrySend() throws Exception {
        NativeSocket socket = answeredEarly();
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> socket.trySend(Pattern.allocate(port, 10)))
                .satisfies(lost -> assertThat(lost.status()).isEqualTo(Status.RESET));
        MemorySegment buffer = port.allocate(100).segment();
        assertThat(socket.tryReceive(buffer)).isEqualTo(ANSWER.length());
        assertResets(socket, buffer);
        assertThat(loop.run(new Receive(socket)).status()).isEqualTo(Status.RESET);
    }

    @Test
    void andByAnotherThread() throws Exception {
        NativeSocket socket = answeredEarly();
        loop.await(CompletableFuture.runAsync(() -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(100);
                assertThatExceptionOfType(SystemCallException.class)
                        .isThrownBy(() -> socket.trySend(buffer));
                assertThat(socket.tryReceive(buffer)).isEqualTo(ANSWER.length());
                assertResets(socket, buffer);
            } catch (SystemCallException failure) {
                throw new AssertionError(failure);
            }
        }));
        assertThat(loop.run(new Receive(socket)).status()).isEqualTo(Status.RESET);
    }

    private static void assertResets(NativeSocket socket, MemorySegment buffer) {
        for (int round = 0; round < 2; round++) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> socket.tryReceive(buffer))
                    .satisfies(lost -> assertThat(lost.status()).isEqualTo(Status.RESET));
        }
    }

    @Test
    void aShutdownAfterTheResetReportsThatTheConnectionIsLost() throws Exception {
        Needs.resetsThatAreKept();
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        mixed.peer().reset();
        loop.run(Readiness.hangup(mixed.socket()));
        assertThat(loop.run(Shutdown.send(mixed.socket())).status()).isEqualTo(Status.RESET);
        Receive receive = new Receive(mixed.socket());
        assertThat(loop.run(receive).status()).isEqualTo(Status.RESET);
        assertThat(loop.run(receive).status()).isEqualTo(Status.RESET);
        assertThat(loop.run(Shutdown.both(mixed.socket())).status()).isEqualTo(Status.RESET);
    }

    @Test
    void aGracefulCloseAfterTheResetReportsItToo() throws Exception {
        Needs.resetsThatAreKept();
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        mixed.peer().reset();
        loop.run(Readiness.hangup(mixed.socket()));
        Close close = Close.graceful(mixed.socket(), Duration.ofSeconds(30));
        assertThat(loop.run(close).status()).isEqualTo(Status.RESET);
    }

    @Test
    void shuttingTheReceivingSideAfterBothEndedWellIsNoLoss() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        loop.run(Shutdown.send(pair.client()));
        assertThat(loop.run(new Receive(pair.server())).status()).isEqualTo(Status.EOF);
        assertThat(loop.run(Shutdown.send(pair.server())).status()).isEqualTo(Status.OK);
        assertThat(loop.run(new Receive(pair.client())).status()).isEqualTo(Status.EOF);
        assertThat(loop.run(Shutdown.receive(pair.server())).status()).isEqualTo(Status.OK);
        assertThat(loop.run(new Receive(pair.server())).status()).isEqualTo(Status.EOF);
    }

    /** The peer's system answers what it gets after its end with a reset. */
    private Send lostByOwnSend(NativeSocket socket) {
        Send send = new Send(socket).buffer(Pattern.allocate(port, 10));
        while (loop.run(send).status() == Status.OK) {
            Thread.onSpinWait();
        }
        return send;
    }

    @Test
    void aReportedEndStaysOneThoughASendMeetsAReset() throws Exception {
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        mixed.peer().write("all");
        mixed.peer().close();
        Receive receive = new Receive(mixed.socket());
        assertThat(loop.run(receive).text()).isEqualTo("all");
        assertThat(loop.run(receive).status()).isEqualTo(Status.EOF);
        assertThat(lostByOwnSend(mixed.socket()).status())
                .isIn(Status.RESET, Status.BROKEN_PIPE, Status.ABORTED);
        assertStaysEnded(mixed.socket());
    }

    @Test
    void soDoesAnEndThatATryReceiveReported() throws Exception {
        Pairs.Mixed mixed = Pairs.acceptedResetting(loop);
        mixed.peer().close();
        loop.run(Readiness.readable(mixed.socket()));
        assertThat(mixed.socket().tryReceive(port.allocate(8).segment()))
                .isEqualTo(NativeSocket.END_OF_STREAM);
        lostByOwnSend(mixed.socket());
        assertStaysEnded(mixed.socket());
    }

    private void assertStaysEnded(NativeSocket socket) throws SystemCallException {
        for (int round = 0; round < 2; round++) {
            assertThat(loop.run(new Receive(socket)).status()).isEqualTo(Status.EOF);
            assertThat(loop.run(new Receive(socket).multishot()).status()).isEqualTo(Status.EOF);
            assertThat(socket.tryReceive(port.allocate(8).segment()))
                    .isEqualTo(NativeSocket.END_OF_STREAM);
        }
    }

    /** Both sides have ended then, and the system knows the connection no more. */
    @Test
    void anEndIsNoResetThoughThisSideEndsItsOwnAtThatMoment() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Pairs.Pair pair = Pairs.connected(loop);
            loop.run(Shutdown.send(pair.client()));
            AtomicBoolean go = new AtomicBoolean();
            AtomicBoolean ready = new AtomicBoolean();
            int delay = round % 100;
            CompletableFuture<Long> other = CompletableFuture.supplyAsync(() -> {
                MemorySegment buffer = Arena.global().allocate(8);
                ready.set(true);
                while (!go.get()) {
                    Thread.onSpinWait();
                }
                for (int spin = 0; spin < delay; spin++) {
                    Thread.onSpinWait();
                }
                try {
                    long count = pair.server().tryReceive(buffer);
                    while (count == NativeSocket.WOULD_BLOCK) {
                        count = pair.server().tryReceive(buffer);
                    }
                    return count;
                } catch (SystemCallException failure) {
                    throw new AssertionError(failure);
                }
            });
            while (!ready.get()) {
                Thread.onSpinWait();
            }
            go.set(true);
            assertThat(loop.run(Shutdown.send(pair.server())).status()).isEqualTo(Status.OK);
            assertThat(loop.await(other)).isEqualTo(NativeSocket.END_OF_STREAM);
            loop.run(Close.immediate(pair.server()));
            loop.run(Close.abort(pair.client()));
        }
    }
}
