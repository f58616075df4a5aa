package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.Status;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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
    void aPeerGetsWhatTheEventsSayWhateverIsCancelled() throws Exception {
        for (int seed = 1; seed <= 10; seed++) {
            sends.clear();
            memories.clear();
            received.reset();
            exchange(new Random(seed));
            assertThat(received.toByteArray()).as("seed " + seed).isEqualTo(promised());
        }
    }

    private void exchange(Random random) throws Exception {
        Pairs.Pair pair = Pairs.narrow(loop, 4096);
        for (int i = 0; i < SENDS; i++) {
            MemorySegment memory = port.allocate(1 + random.nextInt(MOST_BYTES));
            memory.fill((byte) i);
            memories.add(memory);
            sends.add(loop.submit(new Send(pair.client()).buffer(memory)));
        }
        into = port.allocate(3000);
        Receive receive = loop.submit(new Receive(pair.server()).buffer(into));
        while (sends.stream().anyMatch(Send::isPending)) {
            port.poll(0);
            if (random.nextInt(8) == 0) {
                port.cancel(sends.get(random.nextInt(SENDS)));
            }
            overwriteThoseThatEnded();
            if (random.nextInt(3) == 0) {
                goOn(receive);
            }
        }
        loop.submit(Shutdown.send(pair.client()));
        while (receive.isPending() || receive.status() == Status.OK) {
            loop.await(receive);
            goOn(receive);
        }
        assertThat(receive.status()).isEqualTo(Status.EOF);
    }

    private void overwriteThoseThatEnded() {
        for (int i = 0; i < sends.size(); i++) {
            if (!sends.get(i).isPending()) {
                memories.get(i).fill(ENDED);
            }
        }
    }

    private void goOn(Receive receive) {
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
            assertThat(send.status()).isIn(Status.OK, Status.CANCELLED);
            assertThat(send.bytes()).isBetween(0L, memories.get(i).byteSize());
            for (long left = send.bytes(); left > 0; left--) {
                promised.write(i);
            }
        }
        return promised.toByteArray();
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
