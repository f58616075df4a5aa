package dev.sluice.internal.net.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.net.Scratch;
import dev.sluice.internal.spi.BufferVector;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Which pieces of memory go to the kernel in one call. */
class GatheredBytesTest {
    private final MemorySegment scratch = Arena.global().allocate(Scratch.BYTES);

    private static BufferVector pieces(GatheredBytes bytes, MemorySegment scratch) {
        return bytes.next(scratch);
    }

    @Test
    void directBuffersGoWhereTheyAreAndHeapBuffersThroughTheScratch() {
        ByteBuffer header = ByteBuffer.wrap(new byte[]{1, 2});
        ByteBuffer more = ByteBuffer.wrap(new byte[]{3}).asReadOnlyBuffer();
        ByteBuffer body = ByteBuffer.allocateDirect(100_000);
        ByteBuffer trailer = ByteBuffer.wrap(new byte[]{4});
        GatheredBytes bytes =
                new GatheredBytes(new ByteBuffer[]{header, more, body, trailer});
        BufferVector pieces = pieces(bytes, scratch);
        assertThat(pieces.count).as("one call for all of them").isEqualTo(3);
        assertThat(pieces.totalBytes()).isEqualTo(100_004);
        assertThat(pieces.addresses[1]).isEqualTo(MemorySegment.ofBuffer(body).address());
        assertThat(scratch.asSlice(0, 4).toArray(ValueLayout.JAVA_BYTE))
                .containsExactly(1, 2, 3, 4);

        bytes.advance(50_003);
        assertThat(body.position()).isEqualTo(50_000);
        assertThat(header.remaining() + more.remaining()).isZero();
        pieces = pieces(bytes, scratch);
        assertThat(pieces.count).isEqualTo(2);
        assertThat(pieces.addresses[0]).isEqualTo(MemorySegment.ofBuffer(body).address());
        bytes.advance(50_001);
        assertThat(trailer.hasRemaining()).isFalse();
    }

    @Test
    void memoryThatAnotherThreadCanFreeIsCopied() {
        try (Arena shared = Arena.ofShared(); Arena confined = Arena.ofConfined()) {
            ByteBuffer free = shared.allocate(10).asByteBuffer();
            ByteBuffer held = confined.allocate(10).asByteBuffer();
            BufferVector pieces =
                    pieces(new GatheredBytes(new ByteBuffer[]{free, held}), scratch);
            assertThat(pieces.addresses[0]).isEqualTo(scratch.address());
            assertThat(pieces.addresses[1])
                    .isEqualTo(MemorySegment.ofBuffer(held).address());
        }
    }

    @Test
    void aCallTakesAsManyBytesOfTheHeapAsTheScratchHolds() {
        ByteBuffer large = ByteBuffer.allocate(Scratch.BYTES + 1);
        ByteBuffer direct = ByteBuffer.allocateDirect(5);
        GatheredBytes bytes = new GatheredBytes(new ByteBuffer[]{large, direct});
        assertThat(pieces(bytes, scratch).totalBytes()).isEqualTo(Scratch.BYTES);
        bytes.advance(Scratch.BYTES);
        assertThat(pieces(bytes, scratch).totalBytes()).isEqualTo(6);
    }

    @Test
    void aCallTakesAtMost1024Pieces() {
        ByteBuffer[] many = new ByteBuffer[2000];
        Arrays.setAll(many, i -> ByteBuffer.allocateDirect(i % 3)); // every third is empty
        GatheredBytes bytes = new GatheredBytes(many);
        BufferVector first = pieces(bytes, scratch);
        assertThat(first.count).isEqualTo(1024);
        long taken = first.totalBytes();
        bytes.advance(taken);
        BufferVector second = pieces(bytes, scratch);
        assertThat(second.count).isEqualTo(1333 - 1024);
        assertThat(taken + second.totalBytes()).isEqualTo(666 + 2 * 666 + 1);
        bytes.advance(second.totalBytes());
        assertThat(GatheredBytes.firstRemaining(many)).isNull();
    }
}
