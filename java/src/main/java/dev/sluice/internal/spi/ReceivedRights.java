package dev.sluice.internal.spi;

/** What one receive on a Unix socket brought. */
public final class ReceivedRights {
    /** 0 at the end of a stream. */
    public final long bytes;

    /** True if a datagram was longer than its room. */
    public final boolean truncated;

    /** True if the kernel has closed descriptors that came. */
    public final boolean lost;

    private final long[] descriptors;

    /** Passes the descriptors on to their next owner. */
    public ReceivedRights(long bytes, long[] descriptors, boolean truncated, boolean lost) {
        this.bytes = bytes;
        this.descriptors = descriptors;
        this.truncated = truncated;
        this.lost = lost;
    }

    /** Returns the descriptors, which the receiver owns. */
    public long[] descriptors() {
        return descriptors;
    }
}
