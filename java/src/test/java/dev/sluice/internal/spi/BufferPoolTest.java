package dev.sluice.internal.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    private static final int COUNT = 50;
    private static final int BYTES = 128;

    private final MemorySegment memory = Arena.global().allocate((long) COUNT * BYTES);
    private final BufferPool pool = new BufferPool(memory, COUNT, BYTES);

    @Test
    void theLastOneGivenBackIsTheFirstOneTaken() {
        PoolBuffer first = pool.take();
        PoolBuffer second = pool.take();
        pool.release(first);
        pool.release(second);
        assertThat(pool.take()).isSameAs(second);
        assertThat(pool.take()).isSameAs(first);
    }

    @Test
    void buffersLieSideBySideInTheMemoryAndNowhereElse() {
        Set<Long> addresses = new HashSet<>();
        for (int i = 0; i < COUNT; i++) {
            PoolBuffer buffer = pool.take();
            assertThat(buffer.capacity).isEqualTo(BYTES);
            assertThat((buffer.address - memory.address()) % BYTES).isZero();
            assertThat(buffer.address).isBetween(memory.address(),
                    memory.address() + memory.byteSize() - BYTES);
            assertThat(addresses.add(buffer.address)).isTrue();
            assertThat(pool.buffer(buffer.index)).isSameAs(buffer);
        }
        assertThat(pool.available()).isZero();
        assertThat(pool.take()).isNull();
    }

    @Test
    void noBufferIsHandedOutTwice() {
        List<PoolBuffer> held = new ArrayList<>();
        Random random = new Random(8);
        for (int step = 0; step < 5000; step++) {
            if (random.nextInt(100) < 55) {
                PoolBuffer buffer = pool.take();
                assertThat(buffer == null).isEqualTo(held.size() == COUNT);
                if (buffer != null) {
                    assertThat(held).doesNotContain(buffer);
                    assertThat(buffer.free).isFalse();
                    held.add(buffer);
                }
            } else if (!held.isEmpty()) {
                PoolBuffer buffer = held.remove(random.nextInt(held.size()));
                pool.release(buffer);
                assertThat(buffer.free).isTrue();
            }
            assertThat(pool.available()).isEqualTo(COUNT - held.size());
        }
    }
}
