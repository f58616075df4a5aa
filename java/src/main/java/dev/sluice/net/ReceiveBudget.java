package dev.sluice.net;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what all connections of a port keep for threads that do not read. Once it is used up, no
 * receive of the port is multishot: each connection receives once when its thread asks, until half
 * of the budget is free again. So what exceeds the bound is what the port's buffers held at that
 * moment, and then at most one buffer for each connection.
 */
class ReceiveBudget {
    private final AtomicLong kept = new AtomicLong();

    private volatile long mostBytes;

    // ---- of the port's thread ------------------------------------------------------------------

    /** The inlets of open connections, each at the place that it knows. */
    private final ArrayList<CompletionReadSide> inlets = new ArrayList<>();

    private boolean tight;

    ReceiveBudget(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * The default of a group, shared by all its ports: an eighth of the heap, at least 1 MiB and at
     * most 64 MiB.
     */
    static long defaultOfGroup() {
        return Math.clamp(Runtime.getRuntime().maxMemory() / 8, 1L << 20, 64L << 20);
    }

    // ---- on any thread -------------------------------------------------------------------------

    void mostBytes(long bytes) {
        mostBytes = bytes;
    }

    long mostBytes() {
        return mostBytes;
    }

    /** What is kept now, as bytes of the heap. */
    long keptBytes() {
        return kept.get();
    }

    boolean isUsedUp() {
        return kept.get() > mostBytes;
    }

    void giveBack(long heapBytes) {
        kept.addAndGet(-heapBytes);
    }

    // ---- on the port's thread ------------------------------------------------------------------

    void add(CompletionReadSide inlet) {
        inlet.place = inlets.size();
        inlets.add(inlet);
    }

    /** Does nothing if it was removed before. */
    void remove(CompletionReadSide inlet) {
        int place = inlet.place;
        if (place >= 0) {
            CompletionReadSide last = inlets.removeLast();
            last.place = place;
            if (place < inlets.size()) {
                inlets.set(place, last);
            }
            inlet.place = -1;
        }
    }

    /** Memory for bytes that are not read now. */
    byte[] allocate(int bytes) {
        return new byte[bytes];
    }

    /** Notes what is kept from now on. */
    void use(long heapBytes) {
        kept.addAndGet(heapBytes);
    }

    /** Ends the multishot receives if too much is kept. */
    void enforce() {
        if (!tight && isUsedUp()) {
            tight = true;
            for (int i = 0; i < inlets.size(); i++) {
                inlets.get(i).stopReceiving();
            }
        }
    }

    /** Whether a receive must not be multishot. */
    boolean isTight() {
        tight = tight && kept.get() > mostBytes / 2;
        return tight;
    }
}
