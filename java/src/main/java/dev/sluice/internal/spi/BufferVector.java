package dev.sluice.internal.spi;

/** Several pieces of memory that are sent as one run of bytes; each kernel has its own layout. */
public final class BufferVector {
    public final long[] addresses;
    public final long[] lengths;
    public int count;

    public BufferVector(int capacity) {
        this.addresses = new long[capacity];
        this.lengths = new long[capacity];
    }

    public long totalBytes() {
        long total = 0;
        for (int i = 0; i < count; i++) {
            total += lengths[i];
        }
        return total;
    }
}
