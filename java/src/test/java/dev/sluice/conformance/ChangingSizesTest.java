package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Close;
import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pooled receives of streams whose messages become large and small again: a backend may receive large
 * ones in another way, and nobody may see where it changes.
 */
@Tag("aarch64")
class ChangingSizesTest extends ConformanceTest {
    private static final int SMALL = 100;
    private static final int LARGE = 50_000;
    private static final int EACH = 30;

    @Override
    PortOptions options() {
        return super.options().poolBuffers(32);
    }

    /** Sends back what it receives, from the pool's buffers, until the end of the stream. */
    private final class Echo {
        private final NativeSocket socket;
        private final Receive receive;
        private int sending;
        private Status end = Status.OK;

        Echo(NativeSocket socket, boolean multishot) {
            this.socket = socket;
            receive = new Receive(socket).onCompletion(this::received);
            if (multishot) {
                receive.multishot();
            }
        }

        Echo start() {
            port.submit(receive);
            return this;
        }

        private void received(Receive event) {
            if (event.isOk()) {
                PooledBuffer buffer = event.takeBuffer();
                sending++;
                port.submit(new Send(socket).buffer(buffer, 0, event.bytes()).onCompletion(done -> {
                    sending--;
                    buffer.release();
                    resume();
                }));
            } else {
                end = event.status();
            }
            resume();
        }

        /** A pool that ran out has buffers again once a send has ended. */
        private void resume() {
            boolean paused = end == Status.NO_BUFFERS && sending == 0;
            if (!receive.isPending() && (end == Status.OK || paused)) {
                end = Status.OK;
                port.submit(receive);
            }
        }
    }

    /** Sends messages, and checks that the same bytes come back. */
    private void exchange(NativeSocket client, int bytes) throws Exception {
        MemorySegment message = Pattern.allocate(port, bytes);
        MemorySegment answer = port.allocate(bytes).segment();
        for (int i = 0; i < EACH; i++) {
            Pattern.fill(message, i);
            Send send = loop.submit(new Send(client).buffer(message));
            long received = 0;
            while (received < bytes) {
                Receive receive = new Receive(client).buffer(answer.asSlice(received));
                received += loop.run(receive).bytes();
            }
            assertThat(loop.await(send).bytes()).isEqualTo(bytes);
            Pattern.check(answer, i);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyByteComesBackWhateverTheSizes(boolean multishot) throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Echo echo = new Echo(pair.server(), multishot).start();
        for (int bytes : new int[]{SMALL, LARGE, SMALL, LARGE, LARGE, SMALL}) {
            exchange(pair.client(), bytes);
        }
        loop.run(Shutdown.send(pair.client()));
        loop.until("the end", () -> echo.end == Status.EOF);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theReceiveOfASocketWithLargeMessagesIsCancelledAndSubmittedAgain(boolean multishot)
            throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        Echo echo = new Echo(pair.server(), multishot).start();
        for (int bytes : new int[]{LARGE, SMALL, LARGE}) {
            exchange(pair.client(), bytes);
            port.cancel(echo.receive);
            loop.until("the cancel", () -> echo.end == Status.CANCELLED);
            assertThat(echo.receive.isPending()).isFalse();
            echo.end = Status.OK;
            echo.start();
        }
        exchange(pair.client(), SMALL);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResetAmidLargeMessagesIsReported(boolean multishot) throws Exception {
        Needs.resetsThatAreKept();
        Pairs.Pair pair = Pairs.connected(loop);
        Echo echo = new Echo(pair.server(), multishot).start();
        exchange(pair.client(), LARGE);
        loop.run(Close.abort(pair.client()));
        loop.until("the reset", () -> echo.end == Status.RESET);
    }

    /** More bytes than the pool has room for: what is not received waits in the socket. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void largeMessagesOfManyConnectionsShareThePool(boolean multishot) throws Exception {
        List<PatternReceiver> receivers = new ArrayList<>();
        List<PatternSender> senders = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Pairs.Pair pair = Pairs.connected(loop);
            new Echo(pair.server(), multishot).start();
            senders.add(PatternSender.of(pair.client(), 40L * LARGE, LARGE).start());
            receivers.add(PatternReceiver.into(pair.client(), LARGE, () -> LARGE).start());
        }
        loop.until("all bytes", () -> receivers.stream()
                .allMatch(each -> each.received() == 40L * LARGE));
        loop.until("the senders", () -> senders.stream().allMatch(PatternSender::isDone));
    }
}
