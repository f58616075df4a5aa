package dev.sluice.internal.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("aarch64")
class MemoryTest {
    private static final int SIZE = 64;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment = arena.allocate(SIZE, 8);
    private long address;

    @BeforeEach
    void takeTheAddress() {
        address = segment.address();
    }

    @AfterEach
    void freeTheMemory() {
        arena.close();
    }

    @Test
    void readsWhatItWroteAtAnyAlignment() {
        for (int offset = 0; offset < 8; offset++) {
            Memory.setLong(address + offset, 0x8091a2b3c4d5e6f7L);
            assertThat(Memory.getLong(address + offset)).isEqualTo(0x8091a2b3c4d5e6f7L);
            Memory.setInt(address + offset, 0x8091a2b3);
            assertThat(Memory.getInt(address + offset)).isEqualTo(0x8091a2b3);
            Memory.setShort(address + offset, (short) 0x8091);
            assertThat(Memory.getShort(address + offset)).isEqualTo((short) 0x8091);
            Memory.setByte(address + offset, (byte) 0x80);
            assertThat(Memory.getByte(address + offset)).isEqualTo((byte) 0x80);
        }
    }

    @Test
    void writesNetworkOrderMostSignificantByteFirst() {
        Memory.setLongBigEndian(address, 0x0102030405060708L);
        for (int i = 0; i < 8; i++) {
            assertThat(Memory.getByte(address + i)).isEqualTo((byte) (i + 1));
        }
        assertThat(Memory.getLongBigEndian(address)).isEqualTo(0x0102030405060708L);
        assertThat(Memory.getIntBigEndian(address)).isEqualTo(0x01020304);
        assertThat(Memory.getShortBigEndian(address)).isEqualTo((short) 0x0102);
    }

    @Test
    void seesTheSameBytesAsASegmentDoes() {
        Memory.setInt(address + 4, 77);
        assertThat(segment.get(ValueLayout.JAVA_INT, 4)).isEqualTo(77);
        Memory.setIntRelease(address + 4, 78);
        assertThat(segment.get(ValueLayout.JAVA_INT, 4)).isEqualTo(78);
        assertThat(Memory.getIntAcquire(address + 4)).isEqualTo(78);
        assertThat(Memory.getIntOpaque(address + 4)).isEqualTo(78);
        Memory.setLongRelease(address + 8, -2);
        assertThat(Memory.getLongAcquire(address + 8)).isEqualTo(-2);
        Memory.setShortRelease(address + 14, (short) 9);
        assertThat(Memory.getShort(address + 14)).isEqualTo((short) 9);
    }

    @Test
    void refusesUnalignedOrderedAccess() {
        assertThatThrownBy(() -> Memory.getIntAcquire(address + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void copiesBetweenArraysAndMemory() {
        byte[] text = "sluice gate".getBytes(StandardCharsets.ISO_8859_1);
        Memory.copyIn(text, 7, address, 4);
        Memory.copy(address, address + 1, 4);
        byte[] copied = new byte[6];
        Memory.copyOut(address, copied, 1, 5);
        assertThat(copied).isEqualTo(new byte[]{0, 'g', 'g', 'a', 't', 'e'});
    }

    @Test
    void fillsOnlyItsRange() {
        Memory.fill(address + 1, 3, (byte) 5);
        assertThat(Memory.getLong(address)).isEqualTo(0x05050500L);
    }

    @Test
    void readsTextUpToItsZeroOrItsLimit() {
        Memory.copyIn("abc".getBytes(StandardCharsets.ISO_8859_1), 0, address, 3);
        assertThat(Memory.getString(address, SIZE)).isEqualTo("abc");
        assertThat(Memory.getString(address, 2)).isEqualTo("ab");
    }

    /** A counter published with release shows the reader all that was written before. */
    @Test
    void releaseAndAcquireHandOverWhatCameBefore() throws Exception {
        int rounds = 20_000;
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> writer = threads.submit(() -> {
                for (int i = 1; i <= rounds; i++) {
                    while (Memory.getIntAcquire(address + 8) != i - 1) {
                        Thread.onSpinWait();
                    }
                    Memory.setLong(address + 16, i * 3L);
                    Memory.setIntRelease(address, i);
                }
            });
            for (int i = 1; i <= rounds; i++) {
                while (Memory.getIntAcquire(address) != i) {
                    Thread.onSpinWait();
                }
                assertThat(Memory.getLong(address + 16)).isEqualTo(i * 3L);
                Memory.setIntRelease(address + 8, i);
            }
            writer.get();
        }
    }
}
