package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Close;
import dev.sluice.CloseMode;
import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sends that wait one behind the other; a backend may give several to the system at once. */
@Tag("aarch64")
class QueuedSendsTest extends ConformanceTest {
    private static final int SENDS = 60;
    private static final int MOST_BYTES = 5000;
    private static final byte ENDED = -1;

    private final List<Send> sends = new ArrayList<>();
    private final List<MemorySegment> memories = new ArrayList<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private MemorySegment into = MemorySegment.NULL;

    /** In the order of the sends, as much of each as its event says; their memory is free then. */
    @Test
    void aPeerGetsWhatTheEventsReportWhateverEndsThem() throws Exception {
        for (int seed = 1; seed <= 10; seed++) {
            Random random = new Random(seed);
            Pairs.Pair pair = submitAll(random);
            Receive receive = exchange(random, pair, SENDS);
            loop.submit(Shutdown.send(pair.client()));
            takeTheRest(receive);
            assertThat(receive.status()).isEqualTo(Status.EOF);
            assertThat(received.toByteArray()).as("seed " + seed).isEqualTo(promised());
            checkStatuses(Status.CANCELLED, Status.DEADLINE);
        }
    }

    /** What the events promise may be lost in a reset; never is something else there, or more. */
    @ParameterizedTest
    @EnumSource
    void aCloseEndsEachOfThem(CloseMode mode) throws Exception {
        // Also a graceful one resets after a send that was cut off.
        Needs.resetsThatAreKept();
        for (int seed = 1; seed <= 5; seed++) {
            Random random = new Random(seed);
            Pairs.Pair pair = submitAll(random);
            Receive receive = exchange(random, pair, random.nextInt(SENDS));
            Close close = loop.submit(close(pair.client(), mode));
            takeTheRest(receive);
            loop.run(Close.immediate(pair.server()));
            loop.await(close);
            assertThat(sends).noneMatch(Send::isPending);
            byte[] promised = promised();
            byte[] came = received.toByteArray();
            assertThat(came.length).as("seed " + seed).isLessThanOrEqualTo(promised.length);
            assertThat(came).isEqualTo(Arrays.copyOf(promised, came.length));
            if (receive.status() == Status.EOF) {
                assertThat(came.length).as("seed " + seed).isEqualTo(promised.length);
            }
            checkStatuses(Status.CANCELLED, Status.DEADLINE, Status.CLOSED_LOCALLY);
            for (Send send : sends) {
                assertThat(loop.events().of(send)).as("seed %d: %s", seed, send).hasSize(1);
            }
            List<Operation<?>> ends = new ArrayList<>();
            loop.events().all().forEach(event -> ends.add(event.operation()));
            assertThat(ends.subList(ends.indexOf(close), ends.size()))
                    .doesNotContainAnyElementsOf(sends);
        }
    }

    private static Close close(NativeSocket socket, CloseMode mode) {
        return switch (mode) {
            case GRACEFUL -> Close.graceful(socket, Duration.ofSeconds(60));
            case IMMEDIATE -> Close.immediate(socket);
            case ABORT -> Close.abort(socket);
        };
    }

    private Pairs.Pair submitAll(Random random) throws Exception {
        sends.clear();
        memories.clear();
        received.reset();
        Pairs.Pair pair = Pairs.narrow(loop, 4096);
        for (int i = 0; i < SENDS; i++) {
            int bytes = random.nextInt(10) == 0 ? 0 : random.nextInt(MOST_BYTES);
            MemorySegment memory = port.allocate(MOST_BYTES).segment().asSlice(0, bytes);
            memory.fill((byte) i);
            memories.add(memory);
            Send send = new Send(pair.client()).buffer(memory);
            if (random.nextInt(8) == 0) {
                send.timeoutNanos(1 + random.nextInt(2_000_000));
            }
            sends.add(loop.submit(send));
        }
        return pair;
    }

    /** Receives and cancels in a random way until so many of the sends have ended. */
    private Receive exchange(Random random, Pairs.Pair pair, int ends) {
        into = port.allocate(3000).segment();
        Receive receive = loop.submit(new Receive(pair.server()).buffer(into));
        while (sends.stream().filter(Send::isPending).count() > SENDS - ends) {
            port.poll(0);
            if (random.nextInt(8) == 0) {
                port.cancel(sends.get(random.nextInt(SENDS)));
            }
            overwriteThoseThatEnded();
            if (random.nextInt(3) == 0) {
                resume(receive);
            }
        }
        return receive;
    }

    private void takeTheRest(Receive receive) {
        while (receive.isPending() || receive.status() == Status.OK) {
            loop.await(receive);
            overwriteThoseThatEnded();
            resume(receive);
        }
    }

    private void overwriteThoseThatEnded() {
        for (int i = 0; i < sends.size(); i++) {
            if (!sends.get(i).isPending()) {
                memories.get(i).fill(ENDED);
            }
        }
    }

    private void resume(Receive receive) {
        if (!receive.isPending() && receive.status() == Status.OK) {
            received.writeBytes(
                    into.asSlice(0, receive.bytes()).toArray(ValueLayout.JAVA_BYTE));
            loop.submit(receive);
        }
    }

    private byte[] promised() {
        ByteArrayOutputStream promised = new ByteArrayOutputStream();
        for (int i = 0; i < sends.size(); i++) {
            Send send = sends.get(i);
            assertThat(send.bytes()).isBetween(0L, memories.get(i).byteSize());
            for (long left = send.bytes(); left > 0; left--) {
                promised.write(i);
            }
        }
        return promised.toByteArray();
    }

    private void checkStatuses(Status... besidesOk) {
        List<Status> allowed = new ArrayList<>(List.of(besidesOk));
        allowed.add(Status.OK);
        assertThat(sends).extracting(Send::status).isSubsetOf(allowed);
    }

    /** The first goes by itself, as nothing waits then; the others wait for it. */
    @Test
    void thoseThatWaitNeedNoPollEach() throws Exception {
        Needs.linux("how much one look at the system brings elsewhere is not known");
        Pairs.Pair pair = Pairs.connected(loop);
        for (int i = 0; i < 1 + 2 * 16; i++) {
            sends.add(loop.submit(new Send(pair.client()).buffer(Pattern.allocate(port, 10))));
        }
        for (int polls = 0; polls < 4; polls++) {
            port.poll(0);
        }
        assertThat(sends).noneMatch(Send::isPending);
        checkStatuses();
    }

    @Test
    void aResetEndsEachOfThem() throws Exception {
        Pairs.Mixed mixed = Pairs.narrowResetting(loop, 4096);
        NativeSocket socket = mixed.socket();
        Send large = loop.submit(new Send(socket).buffer(Pattern.allocate(port, 4 << 20)));
        for (int i = 0; i < 20; i++) {
            sends.add(loop.submit(new Send(socket).buffer(Pattern.allocate(port, 10))));
        }
        port.poll(0);
        closeLater(mixed.peer()).reset();
        assertThat(loop.await(large).status()).isEqualTo(Status.RESET);
        sends.forEach(loop::await);
        assertThat(sends).extracting(Send::status)
                .isSubsetOf(Status.RESET, Status.BROKEN_PIPE);
    }

    @Test
    void oneIsCancelledWhileTheOneBeforeItWaitsForThePeer() throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 4096);
        Send small = loop.submit(new Send(pair.client()).buffer(Pattern.allocate(port, 10)));
        Send large = loop.submit(new Send(pair.client()).buffer(Pattern.allocate(port, 4 << 20)));
        Send behind = loop.submit(new Send(pair.client()).buffer(Pattern.allocate(port, 10)));
        Send last = loop.submit(new Send(pair.client()).buffer(Pattern.allocate(port, 10)));
        loop.await(small);
        port.cancel(behind);
        Event end = loop.await(behind);
        assertThat(end.status()).isEqualTo(Status.CANCELLED);
        assertThat(end.bytes()).isZero();
        assertThat(large.isPending()).isTrue();
        assertThat(last.isPending()).isTrue();
    }
}
