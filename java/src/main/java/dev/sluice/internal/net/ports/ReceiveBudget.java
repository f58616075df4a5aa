package dev.sluice.internal.net.ports;

import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes that all connections of a port have received and not read. Above the bound no
 * receive of the port is multishot: each connection receives once when its thread asks, until half of
 * the budget is free again. So the excess is at most what the port's buffers held at that moment, and
 * after that one buffer a connection.
 */
public class ReceiveBudget {
    private static final long MIN_DEFAULT = 1L << 20;
    private static final long MAX_DEFAULT = 64L << 20;

    private final AtomicLong used = new AtomicLong();

    private volatile long maxBytes;

    // ---- of the port's thread ------------------------------------------------------------------

    /** The open connections, each at the index that it stores. */
    private final ArrayList<Member> members = new ArrayList<>();

    private boolean tight;

    /** A connection whose receives count. */
    public interface Member {
        /** Returns the value of {@link #budgetIndex(int)}; -1 before. */
        int budgetIndex();

        /** Stores its index in the budget. */
        void budgetIndex(int index);

        /** Ends the pending receive; bytes that it delivers until then are kept. */
        void stopReceiving();
    }

    /** Creates a budget of so many bytes of heap. */
    public ReceiveBudget(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Returns the default of a group, for all its ports: an eighth of the heap, at least 1 MiB and at
     * most 64 MiB.
     */
    public static long defaultOfGroup() {
        return Math.clamp(Runtime.getRuntime().maxMemory() / 8, MIN_DEFAULT, MAX_DEFAULT);
    }

    // ---- on any thread -------------------------------------------------------------------------

    /** Sets the bound. */
    public final void maxBytes(long bytes) {
        maxBytes = bytes;
    }

    /** Returns the bound, in bytes of heap. */
    public final long maxBytes() {
        return maxBytes;
    }

    /** Returns the bytes of heap in use. */
    public final long usedBytes() {
        return used.get();
    }

    /** Returns true above the bound. */
    public final boolean isExceeded() {
        return used.get() > maxBytes;
    }

    /** Takes so many bytes off. */
    public final void release(long heapBytes) {
        used.addAndGet(-heapBytes);
    }

    // ---- on the port's thread ------------------------------------------------------------------

    /** Adds a connection. */
    public final void add(Member member) {
        member.budgetIndex(members.size());
        members.add(member);
    }

    /** Removes a connection; does nothing if it was removed before. */
    public final void remove(Member member) {
        int index = member.budgetIndex();
        if (index >= 0) {
            Member last = members.removeLast();
            last.budgetIndex(index);
            if (index < members.size()) {
                members.set(index, last);
            }
            member.budgetIndex(-1);
        }
    }

    /** Allocates memory for bytes that are not read now. */
    public byte[] allocate(int bytes) {
        return new byte[bytes];
    }

    /** Adds so many bytes. */
    public final void use(long heapBytes) {
        used.addAndGet(heapBytes);
    }

    /** Ends the multishot receives if the bound is exceeded. */
    public final void enforce() {
        if (!tight && isExceeded()) {
            tight = true;
            for (int i = 0; i < members.size(); i++) {
                members.get(i).stopReceiving();
            }
        }
    }

    /** Returns true while receives must not be multishot. */
    public final boolean isTight() {
        tight = tight && used.get() > maxBytes / 2;
        return tight;
    }
}
