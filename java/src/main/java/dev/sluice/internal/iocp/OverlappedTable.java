package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.Overlapped;
import dev.sluice.internal.spi.Request;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The OVERLAPPED blocks of one port. Their memory grows in chunks, never moves, and is freed only
 * when no block is with the kernel. Their number is bounded by that of the port's requests and a few
 * for each listener.
 */
final class OverlappedTable {
    private static final int CHUNK = 128;

    private final Arena arena = Arena.ofShared();
    private final ArrayList<OverlappedOperation> all = new ArrayList<>();
    private OverlappedOperation[] free = new OverlappedOperation[CHUNK];
    private int freeCount;

    /** A block for an operation of the request; its OVERLAPPED is all zero. */
    OverlappedOperation take(Request request) {
        if (freeCount == 0) {
            grow();
        }
        OverlappedOperation operation = free[--freeCount];
        operation.request = request;
        long block = operation.overlapped;
        Memory.setLong(block + Overlapped.INTERNAL, 0);
        Memory.setLong(block + Overlapped.INTERNALHIGH, 0);
        Memory.setLong(block + Overlapped.OFFSET, 0);
        Memory.setLong(block + Overlapped.HEVENT, 0);
        Memory.setInt(block + OverlappedOperation.GENERATION, operation.generation);
        return operation;
    }

    /** Takes a block back: its packet was taken, or none will come. */
    void release(OverlappedOperation operation) {
        assert operation.request != null : "released twice: " + operation.index;
        operation.request = null;
        operation.generation++;
        free[freeCount++] = operation;
    }

    /** The block of an OVERLAPPED that came with a packet, or null if it was not awaited. */
    @Nullable
    OverlappedOperation find(long overlapped) {
        OverlappedOperation operation =
                all.get(Memory.getInt(overlapped + OverlappedOperation.INDEX));
        boolean awaited =
                operation.request != null
                        && operation.generation == Memory
                                .getInt(overlapped + OverlappedOperation.GENERATION);
        return awaited ? operation : null;
    }

    OverlappedOperation at(int index) {
        return all.get(index);
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
            OverlappedOperation operation = new OverlappedOperation(all.size(),
                    memory + (long) i * OverlappedOperation.SIZE);
            Memory.setInt(operation.overlapped + OverlappedOperation.INDEX, operation.index);
            all.add(operation);
        }
        for (int i = 0; i < CHUNK; i++) {
            free[freeCount++] = all.get(all.size() - 1 - i);
        }
    }

    void close() {
        assert inFlight() == 0 : inFlight() + " operations are with the kernel";
        arena.close();
    }
}
