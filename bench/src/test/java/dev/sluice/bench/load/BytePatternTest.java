package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BytePatternTest {
    private static ByteBuffer filled(int bytes, int connection, long position) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        BytePattern.fill(buffer, connection, position);
        return buffer.flip();
    }

    @Test
    void whatWasFilledMatches() {
        assertThat(BytePattern.matching(filled(1000, 3, 70_000), 3, 70_000)).isEqualTo(1000);
    }

    @Test
    void matchingStopsAtTheFirstChangedByte() {
        ByteBuffer buffer = filled(1000, 3, 0);
        buffer.put(417, (byte) (buffer.get(417) + 1));
        assertThat(BytePattern.matching(buffer, 3, 0)).isEqualTo(417);
        assertThat(buffer.position()).isEqualTo(417);
    }

    @Test
    void bytesOfAnotherConnectionOrPositionDoNotMatch() {
        assertThat(BytePattern.matching(filled(1000, 4, 0), 3, 0)).isLessThan(20);
        assertThat(BytePattern.matching(filled(1000, 3, 1), 3, 0)).isLessThan(20);
        assertThat(BytePattern.matching(filled(1000, 3, 64), 3, 0)).isLessThan(20);
    }
}
