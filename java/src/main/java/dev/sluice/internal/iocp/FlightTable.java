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
final class FlightTable {
    private static final int CHUNK = 128;

    private final Arena arena = Arena.ofShared();
    private final ArrayList<Flight> all = new ArrayList<>();
    private Flight[] free = new Flight[CHUNK];
    private int freeCount;

    /** A block for an operation of the request; its OVERLAPPED is all zero. */
    Flight take(Request request) {
        if (freeCount == 0) {
            grow();
        }
        Flight flight = free[--freeCount];
        flight.request = request;
        long block = flight.overlapped;
        Memory.setLong(block + Overlapped.INTERNAL, 0);
        Memory.setLong(block + Overlapped.INTERNALHIGH, 0);
        Memory.setLong(block + Overlapped.OFFSET, 0);
        Memory.setLong(block + Overlapped.HEVENT, 0);
        Memory.setInt(block + Flight.GENERATION, flight.generation);
        return flight;
    }

    /** Takes a block back: its packet was taken, or none will come. */
    void release(Flight flight) {
        assert flight.request != null : "released twice: " + flight.index;
        flight.request = null;
        flight.generation++;
        free[freeCount++] = flight;
    }

    /** The block of an OVERLAPPED that came with a packet, or null if it was not awaited. */
    @Nullable
    Flight find(long overlapped) {
        Flight flight = all.get(Memory.getInt(overlapped + Flight.INDEX));
        boolean awaited =
                flight.request != null
                        && flight.generation == Memory.getInt(overlapped + Flight.GENERATION);
        return awaited ? flight : null;
    }

    Flight at(int index) {
        return all.get(index);
    }

    int inFlight() {
        return all.size() - freeCount;
    }

    private void grow() {
        long memory = arena.allocate((long) CHUNK * Flight.SIZE, 16).address();
        int length = all.size() + CHUNK;
        if (length > free.length) {
            free = new Flight[Math.max(length, free.length * 2)];
        }
        for (int i = 0; i < CHUNK; i++) {
            Flight flight = new Flight(all.size(), memory + (long) i * Flight.SIZE);
            Memory.setInt(flight.overlapped + Flight.INDEX, flight.index);
            all.add(flight);
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
