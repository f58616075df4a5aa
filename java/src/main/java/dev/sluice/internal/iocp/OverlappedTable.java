package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.Overlapped;
import dev.sluice.internal.spi.Request;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one port. Their memory grows in chunks, never moves, and is freed only if none
 * is in flight. Their number is bounded by the number of the port's requests, plus a few for each
 * listener.
 */
final class OverlappedTable {
    private static final int CHUNK = 128;

    private final Arena arena = Arena.ofShared();
    private final ArrayList<OverlappedOperation> all = new ArrayList<>();
    private OverlappedOperation[] free = new OverlappedOperation[CHUNK];
    private int freeCount;

    /** The one operation in flight of the request in each slot. */
    private @Nullable OverlappedOperation[] bySlot = new OverlappedOperation[CHUNK];

    /** Begins the only operation of a request; its OVERLAPPED is zeroed. */
    OverlappedOperation begin(Request request) {
        int slot = request.slot;
        if (slot >= bySlot.length) {
            bySlot = Arrays.copyOf(bySlot, Math.max(slot + 1, bySlot.length * 2));
        }
        assert bySlot[slot] == null : "in flight already: " + request;
        OverlappedOperation operation = take(request);
        operation.slot = slot;
        bySlot[slot] = operation;
        return operation;
    }

    /** Returns the operation that {@link #begin} began and that is in flight, or null. */
    @Nullable
    OverlappedOperation of(Request request) {
        int slot = request.slot;
        return slot < bySlot.length ? bySlot[slot] : null;
    }

    /** Begins one of several operations of a request; its OVERLAPPED is zeroed. */
    OverlappedOperation take(Request request) {
        if (freeCount == 0) {
            grow();
        }
        OverlappedOperation operation = free[--freeCount];
        operation.request = request;
        operation.hasMessage = false;
        long block = operation.overlapped;
        Memory.setLong(block + Overlapped.INTERNAL, 0);
        Memory.setLong(block + Overlapped.INTERNALHIGH, 0);
        Memory.setLong(block + Overlapped.OFFSET, 0);
        Memory.setLong(block + Overlapped.HEVENT, 0);
        Memory.setInt(block + OverlappedOperation.GENERATION, operation.generation);
        return operation;
    }

    /** Ends an operation whose packet was taken, or for which none will come. */
    void finish(OverlappedOperation operation) {
        assert operation.request != null : "finished twice: " + operation.index;
        if (operation.slot >= 0) {
            bySlot[operation.slot] = null;
            operation.slot = -1;
        }
        operation.request = null;
        operation.cancelHandle = 0;
        operation.generation++;
        free[freeCount++] = operation;
    }

    /** Returns the operation in flight of a packet's OVERLAPPED, or null if there is none. */
    @Nullable
    OverlappedOperation find(long overlapped) {
        OverlappedOperation operation =
                all.get(Memory.getInt(overlapped + OverlappedOperation.INDEX));
        boolean inFlight =
                operation.request != null
                        && operation.generation == Memory
                                .getInt(overlapped + OverlappedOperation.GENERATION);
        return inFlight ? operation : null;
    }

    /** Returns the {@link WindowsDetails#SPACE} bytes of an operation, which stay its own. */
    long control(OverlappedOperation operation) {
        if (operation.control == 0) {
            operation.control = arena.allocate(WindowsDetails.SPACE, Long.BYTES).address();
        }
        return operation.control;
    }

    int inFlight() {
        return all.size() - freeCount;
    }

    private void grow() {
        long memory = arena.allocate((long) CHUNK * OverlappedOperation.SIZE, 16).address();
        int length = all.size() + CHUNK;
        if (length > free.length) {
            free = new OverlappedOperation[Math.max(length, free.length * 2)];
        }
        for (int i = 0; i < CHUNK; i++) {
            OverlappedOperation operation =
                    new OverlappedOperation(
                            all.size(), memory + (long) i * OverlappedOperation.SIZE);
            Memory.setInt(
                    operation.overlapped + OverlappedOperation.INDEX, operation.index);
            all.add(operation);
        }
        for (int i = 0; i < CHUNK; i++) {
            free[freeCount++] = all.get(all.size() - 1 - i);
        }
    }

    void close() {
        assert inFlight() == 0 : inFlight() + " operations are in flight";
        arena.close();
    }
}
