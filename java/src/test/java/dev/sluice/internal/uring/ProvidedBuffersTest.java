package dev.sluice.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.spi.BufferPool;
import java.lang.foreign.Arena;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** How many buffers lie ready in the kernel. */
@EnabledOnOs(OS.LINUX)
class ProvidedBuffersTest {
    private static final int FIRST = 64;

    private Arena arena;
    private BufferPool pool;
    private Ring ring;
    private ProvidedBuffers buffers;

    @BeforeEach
    void register() throws Exception {
        var report = UringProbe.probe();
        assumeTrue(report.available(), () -> "needs io_uring, which " + report.cause());
        arena = Arena.ofShared();
        pool = new BufferPool(arena.allocate(1024 * 16), 1024, 16);
        CallState callState = new CallState(Arena.ofAuto());
        ring = Ring.openBest(RingKind.COOPERATIVE, new RingSizes(8, 32), callState);
        ProvidedBuffers registered = ProvidedBuffers.register(ring, pool);
        assumeTrue(registered != null, "needs a ring of buffers: Linux 5.19");
        buffers = Objects.requireNonNull(registered);
    }

    @AfterEach
    void release() {
        if (ring != null) {
            if (buffers != null) {
                buffers.unregister();
            }
            assertThat(pool.unreserved()).isEqualTo(1024);
            ring.close();
            arena.close();
        }
    }

    private void fetches(int count, boolean dry) {
        for (int i = 0; i < count; i++) {
            if (dry) {
                buffers.noteDry();
            }
            buffers.fill();
            assertThat(buffers.size()).isEqualTo(buffers.target());
        }
    }

    @Test
    void aRingThatIsDryNowAndThenStaysSmall() {
        for (int i = 0; i < 1000; i++) {
            fetches(1, true);
            fetches(10, false);
        }
        fetches(10, true);
        assertThat(buffers.target()).isEqualTo(FIRST);
    }

    @Test
    void aRingThatIsDryAgainAndAgainGrowsAndLeavesHalfOfThePool() {
        int before = buffers.target();
        assertThat(before).isEqualTo(FIRST);
        for (int i = 0; i < 20; i++) {
            fetches(1, true);
            fetches(1, false);
        }
        assertThat(buffers.target()).isEqualTo(2 * FIRST);
        fetches(200, true);
        assertThat(buffers.target()).as("this kind gives nothing back").isEqualTo(512);
        assertThat(pool.unreserved()).isEqualTo(512);
    }

    @Test
    void aPoolWithFewerBuffersGivesWhatItHas() {
        for (int i = 0; i < 1000; i++) {
            Objects.requireNonNull(pool.takeUnreserved());
        }
        buffers.fill();
        assertThat(buffers.size()).isEqualTo(24);
        for (int i = 0; i < 1000; i++) {
            pool.release(pool.buffer(i));
        }
        buffers.fill();
        assertThat(buffers.size()).isEqualTo(FIRST);
    }
}
