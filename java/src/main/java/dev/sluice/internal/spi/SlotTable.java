package dev.sluice.internal.spi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests in flight by slot. A request holds its slot from submission until its terminal event is
 * delivered. The slot's generation grows each time, so that a late kernel event finds nothing.
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

    /** Gives the request a slot; returns false if all are taken. */
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

    /** Returns slot and generation in one word, which each event of the kernel carries. */
    public long token(Request request) {
        int slot = request.slot;
        return ((long) generations[slot] << 32) | slot;
    }

    /** Returns the request of a {@link #token}, or null if it has ended. */
    public @Nullable Request find(long token) {
        int slot = (int) token;
        if (slot < 0 || slot >= made || generations[slot] != (int) (token >>> 32)) {
            return null;
        }
        return requests[slot];
    }

    /** Returns one more than the highest slot that was ever in use. */
    public int end() {
        return made;
    }

    public @Nullable Request at(int slot) {
        return requests[slot];
    }

    /** Returns the requests of a channel, in no order. Looks at all of them. */
    @SuppressWarnings("ReferenceEquality") // The very channel, not one like it.
    public List<Request> ofChannel(Channel channel) {
        List<Request> found = new ArrayList<>();
        for (int slot = 0; slot < made; slot++) {
            Request request = requests[slot];
            if (request != null && request.channel == channel) {
                found.add(request);
            }
        }
        return found;
    }

    private void grow() {
        // By an eighth: of a table that doubles, up to half would be empty.
        int length = Math.min(limit, requests.length + Math.max(64, requests.length >> 3));
        requests = Arrays.copyOf(requests, length);
        generations = Arrays.copyOf(generations, length);
    }

    /** Adds a free slot. The array has room for as many as were ever free at once. */
    private void pushFree(int slot) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free,
                    Math.min(limit, free.length + Math.max(64, free.length >> 3)));
        }
        free[freeCount++] = slot;
    }
}
