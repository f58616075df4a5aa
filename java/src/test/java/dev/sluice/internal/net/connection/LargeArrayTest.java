package dev.sluice.internal.net.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which arrays go to the kernel without a copy, and which ones are kept. */
@Timeout(120)
class LargeArrayTest {
    private static final int LENGTH = 1 << 16;

    @Test
    void anArrayThatIsUsedAgainHasOneSegment() {
        byte[] array = new byte[LENGTH];
        LargeArray large = new LargeArray(array);
        var memory = large.memoryOf(array);
        assertThat(memory).isNotNull();
        assertThat(memory.byteSize()).isEqualTo(LENGTH);
        memory.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 1, (byte) 5);
        assertThat(array[1]).isEqualTo((byte) 5);
        assertThat(large.memoryOf(array)).isSameAs(memory);
    }

    @Test
    void anotherArrayIsCopiedUntilItIsUsedAgain() {
        byte[] first = new byte[LENGTH];
        byte[] second = new byte[LENGTH];
        LargeArray large = new LargeArray(first);
        assertThat(large.memoryOf(second)).isNull();
        assertThat(large.memoryOf(first)).isNull();
        assertThat(large.memoryOf(first)).isNotNull();
        assertThat(large.memoryOf(second)).isNull();
    }

    @Test
    void anArrayThatIsUsedOnceIsNotKept() throws InterruptedException {
        byte[] array = new byte[LENGTH];
        LargeArray large = new LargeArray(new byte[LENGTH]);
        assertThat(large.memoryOf(array)).isNull();
        WeakReference<byte[]> reference = new WeakReference<>(array);
        array = null;
        while (reference.get() != null) {
            System.gc();
            Thread.sleep(1);
        }
        assertThat(large.memoryOf(new byte[LENGTH])).isNull();
    }
}
