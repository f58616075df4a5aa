package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.PooledBuffer;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A released buffer is unusable, even after another receive has taken it again. */
@Tag("aarch64")
class StaleBufferTest extends ConformanceTest {
    /** More than rest before an object of a buffer is used again. */
    private static final int TAKINGS = 5_000;

    private static final int NOTICED = 1_000;

    private PooledBuffer take() {
        PooledBuffer taken = port.takeBuffer();
        assertThat(taken).isNotNull();
        return taken;
    }

    private static void assertRefused(PooledBuffer stale) {
        assertThatThrownBy(stale::release).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was released");
        assertThatThrownBy(stale::segment).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was released");
        assertThatThrownBy(stale::capacity).isInstanceOf(IllegalStateException.class);
        assertThat(stale).asString().contains("released");
    }

    @Test
    void aSecondReleaseIsNoticedThoughTheBufferWasTakenAgain() {
        int all = port.availableBuffers();
        PooledBuffer first = take();
        MemorySegment memory = first.segment();
        first.release();
        PooledBuffer second = take();
        assertThat(second.segment()).as("the same memory").isEqualTo(memory);
        assertRefused(first);
        assertThat(port.availableBuffers()).isEqualTo(all - 1);
        second.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        second.release();
        assertRefused(second);
        assertThat(port.availableBuffers()).isEqualTo(all);
    }

    @Test
    void aReleaseIsNoticedAfterAThousandMoreTakings() {
        PooledBuffer first = take();
        first.release();
        for (int i = 0; i < NOTICED; i++) {
            PooledBuffer other = take();
            assertThat(other).isNotSameAs(first);
            other.release();
        }
        assertRefused(first);
    }

    @Test
    void objectsAreUsedAgainHoweverManyAreHeldAtOnce() {
        for (int round = 0; round < TAKINGS; round++) {
            List<PooledBuffer> held = new ArrayList<>();
            for (int i = round % 8; i >= 0; i--) {
                held.add(take());
            }
            assertThat(held).doesNotHaveDuplicates();
            assertThat(held.stream().map(each -> each.segment().address()))
                    .doesNotHaveDuplicates();
            held.forEach(PooledBuffer::release);
        }
        assertThat(port.availableBuffers()).isEqualTo(loop.poolBuffers());
    }

    @Test
    void aReceivedBufferThatWasReleasedShowsNobodyElsesBytes() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PooledBuffer first = received(pair, "mine");
        first.release();
        PooledBuffer second = received(pair, "of another");
        assertRefused(first);
        assertThatThrownBy(() -> new Send(pair.server()).buffer(first, 0, 1))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("was released");
        assertThat(text(second.segment(), 10)).isEqualTo("of another");
        second.release();
    }

    @Test
    void aSendOfABufferThatWasReleasedIsRefusedHoweverMuchLater() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PooledBuffer sent = take();
        Send send = new Send(pair.client()).buffer(sent, 0, 4);
        run(send);
        sent.release();
        for (int i = 0; i < TAKINGS; i++) {
            PooledBuffer other = take();
            assertThatThrownBy(() -> port.submit(send)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was released");
            other.release();
        }
        assertThat(port.pendingOperations()).isZero();
        PooledBuffer again = take();
        run(send.buffer(again, 0, 4));
        again.release();
    }

    @Test
    void memoryOfAReleasedBufferIsNotGivenToTheSystem() throws Exception {
        Pairs.Pair pair = Pairs.connected(loop);
        PooledBuffer buffer = take();
        MemorySegment memory = buffer.segment();
        Receive receive = new Receive(pair.client()).buffer(memory);
        assertThat(receive.isPending()).isFalse();
        buffer.release();
        assertThatThrownBy(() -> receive.buffer(memory.asSlice(8)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("was released");
        assertThatThrownBy(() -> new Send(pair.client()).buffer(memory))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("was released");
    }

    private PooledBuffer received(Pairs.Pair pair, String text) {
        Receive receive = new Receive(pair.server());
        PooledBuffer[] taken = {null};
        receive.onCompletion(event -> taken[0] = event.takeBuffer());
        port.submit(receive);
        run(new Send(pair.client()).buffer(ofText(text)));
        loop.until("a receive", () -> !receive.isPending());
        return taken[0];
    }

    private void run(Send send) {
        assertThat(loop.run(send).status()).isEqualTo(Status.OK);
    }

    private MemorySegment ofText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        MemorySegment memory = port.allocate(bytes.length).segment();
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return memory;
    }

    private static String text(MemorySegment memory, int bytes) {
        byte[] copy = new byte[bytes];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, copy, 0, bytes);
        return new String(copy, StandardCharsets.US_ASCII);
    }
}
