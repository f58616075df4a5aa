package dev.sluice.internal.ffi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Native memory by absolute address, unchecked: the whole address space as one segment.
 *
 * <p>Kernel structures (rings, socket addresses, event arrays) are read and written by address, with
 * no object for each structure. The caller owns the memory and knows its bounds; a wrong address ends
 * the process. Plain access need not be aligned (the {@code epoll_event} of x86-64 is not); acquire
 * and release access must be.
 */
public final class Memory {
    private static final MemorySegment EVERYTHING = everything();

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfShort SHORT_BIG = SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT_BIG = INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG_BIG = LONG.withOrder(ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT_ALIGNED = ValueLayout.JAVA_SHORT.varHandle();
    private static final VarHandle INT_ALIGNED = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle LONG_ALIGNED = ValueLayout.JAVA_LONG.varHandle();

    private Memory() {}

    @SuppressWarnings("restricted")
    private static MemorySegment everything() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }

    public static byte getByte(long address) {
        return EVERYTHING.get(ValueLayout.JAVA_BYTE, address);
    }

    public static void setByte(long address, byte value) {
        EVERYTHING.set(ValueLayout.JAVA_BYTE, address, value);
    }

    public static short getShort(long address) {
        return EVERYTHING.get(SHORT, address);
    }

    public static void setShort(long address, short value) {
        EVERYTHING.set(SHORT, address, value);
    }

    public static int getInt(long address) {
        return EVERYTHING.get(INT, address);
    }

    public static void setInt(long address, int value) {
        EVERYTHING.set(INT, address, value);
    }

    public static long getLong(long address) {
        return EVERYTHING.get(LONG, address);
    }

    public static void setLong(long address, long value) {
        EVERYTHING.set(LONG, address, value);
    }

    /** Reads 16 bits in network byte order. */
    public static short getShortBigEndian(long address) {
        return EVERYTHING.get(SHORT_BIG, address);
    }

    /** Writes 16 bits in network byte order. */
    public static void setShortBigEndian(long address, short value) {
        EVERYTHING.set(SHORT_BIG, address, value);
    }

    /** Reads 32 bits in network byte order. */
    public static int getIntBigEndian(long address) {
        return EVERYTHING.get(INT_BIG, address);
    }

    /** Writes 32 bits in network byte order. */
    public static void setIntBigEndian(long address, int value) {
        EVERYTHING.set(INT_BIG, address, value);
    }

    /** Reads 64 bits in network byte order. */
    public static long getLongBigEndian(long address) {
        return EVERYTHING.get(LONG_BIG, address);
    }

    /** Writes 64 bits in network byte order. */
    public static void setLongBigEndian(long address, long value) {
        EVERYTHING.set(LONG_BIG, address, value);
    }

    /** Reads a ring's counter; what its writer stored before it is visible afterwards. */
    public static int getIntAcquire(long address) {
        return (int) INT_ALIGNED.getAcquire(EVERYTHING, address);
    }

    /** Publishes a ring's counter after all earlier reads and writes. */
    public static void setIntRelease(long address, int value) {
        INT_ALIGNED.setRelease(EVERYTHING, address, value);
    }

    /** Reads without caching, with no order between this and other memory. */
    public static int getIntOpaque(long address) {
        return (int) INT_ALIGNED.getOpaque(EVERYTHING, address);
    }

    /** Publishes a 16-bit counter (the tail of a buffer ring) after all earlier writes. */
    public static void setShortRelease(long address, short value) {
        SHORT_ALIGNED.setRelease(EVERYTHING, address, value);
    }

    /** Reads a 64-bit counter; what its writer stored before it is visible afterwards. */
    public static long getLongAcquire(long address) {
        return (long) LONG_ALIGNED.getAcquire(EVERYTHING, address);
    }

    /** Publishes a 64-bit counter after all earlier reads and writes. */
    public static void setLongRelease(long address, long value) {
        LONG_ALIGNED.setRelease(EVERYTHING, address, value);
    }

    /** Copies {@code byteCount} bytes; the two ranges may overlap. */
    public static void copy(long from, long to, long byteCount) {
        MemorySegment.copy(EVERYTHING, from, EVERYTHING, to, byteCount);
    }

    /** Copies bytes of an array to native memory. */
    public static void copyIn(byte[] from, int fromIndex, long to, int byteCount) {
        MemorySegment.copy(from, fromIndex, EVERYTHING, ValueLayout.JAVA_BYTE, to, byteCount);
    }

    /** Copies native memory to an array. */
    public static void copyOut(long from, byte[] to, int toIndex, int byteCount) {
        MemorySegment.copy(EVERYTHING, ValueLayout.JAVA_BYTE, from, to, toIndex, byteCount);
    }

    /** Fills {@code byteCount} bytes with {@code value}. */
    public static void fill(long address, long byteCount, byte value) {
        EVERYTHING.asSlice(address, byteCount).fill(value);
    }

    /**
     * Reads a C string, at most {@code limit} bytes of it, as ISO-8859-1 or ASCII text.
     *
     * @param limit the size of the field in bytes, where the terminating zero may be missing
     */
    public static String getString(long address, int limit) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < limit; i++) {
            int unit = getByte(address + i) & 0xff;
            if (unit == 0) {
                break;
            }
            text.append((char) unit);
        }
        return text.toString();
    }
}
