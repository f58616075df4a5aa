package dev.sluice.internal.spi;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The requests in flight by slot. A slot is held from submission until the terminal event is
 * delivered; its generation grows each time, so that a late kernel event finds nothing.
 */
public final class SlotTable {
    private final int limit;
    private @Nullable Request[] requests;
    private int[] generations;
    private int[] free;
    private int freeCount;
    private int made;

    public SlotTable(int limit) {
        int length = Math.min(limit, 64);
        this.limit = limit;
        this.requests = new Request[length];
        this.generations = new int[length];
        this.free = new int[length];
    }

    public int limit() {
        return limit;
    }

    public int count() {
        return made - freeCount;
    }

    /** Gives the request a slot; false when all are taken. */
    public boolean claim(Request request) {
        int slot;
        if (freeCount > 0) {
            slot = free[--freeCount];
        } else if (made < limit) {
            slot = made++;
            if (slot == requests.length) {
                grow();
            }
        } else {
            return false;
        }
        requests[slot] = request;
        request.slot = slot;
        return true;
    }

    public void release(Request request) {
        int slot = request.slot;
        assert requests[slot] == request : "not in its slot: " + request;
        requests[slot] = null;
        generations[slot] = (generations[slot] + 1) & 0x7FFF_FFFF;
        pushFree(slot);
        request.slot = -1;
    }

    /** Slot and generation in one word, for the kernel to hand back. */
    public long token(Request request) {
        int slot = request.slot;
        return ((long) generations[slot] << 32) | slot;
    }

    /** The request that a {@link #token} names, or null when it has ended. */
    public @Nullable Request find(long token) {
        int slot = (int) token;
        if (slot < 0 || slot >= made || generations[slot] != (int) (token >>> 32)) {
            return null;
        }
        return requests[slot];
    }

    /** One past the highest slot that was ever in use. */
    public int end() {
        return made;
    }

    public @Nullable Request at(int slot) {
        return requests[slot];
    }

    private void grow() {
        // By an eighth: of a table that doubles, up to half would be empty.
        int length = Math.min(limit, requests.length + Math.max(64, requests.length >> 3));
        requests = Arrays.copyOf(requests, length);
        generations = Arrays.copyOf(generations, length);
    }

    /** Has room for as many as were ever free at once, which may be far fewer than there are. */
    private void pushFree(int slot) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free,
                    Math.min(limit, free.length + Math.max(64, free.length >> 3)));
        }
        free[freeCount++] = slot;
    }
}
