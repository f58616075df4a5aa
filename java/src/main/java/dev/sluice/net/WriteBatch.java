package dev.sluice.net;

import dev.sluice.CompletionPort;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Small writes of many connections that the port's thread submits together. It is open only while
 * that thread waits for those whom it has woken; at other times who writes makes the call itself.
 */
final class WriteBatch {
    /** The largest write that is copied and left here. */
    static final int CHUNK_BYTES = 4 * 1024;

    private static final int CHUNKS_AT_ONCE = 64;
    private static final int MOST_CHUNKS = 4096;

    private final CompletionPort port;
    private volatile boolean collecting;

    /** Chained by {@link DeferredWrite#next}; of different connections, so their order is free. */
    private final AtomicReference<@Nullable DeferredWrite> head = new AtomicReference<>();

    /** Guarded by itself. */
    private final ArrayDeque<MemorySegment> chunks = new ArrayDeque<>();

    /** Nobody found a chunk: the port's thread, which alone may allocate, shall make some. */
    private volatile boolean wanted;

    private int made;
    private long submitted;

    WriteBatch(CompletionPort port) {
        this.port = port;
    }

    // ---- on threads that write -----------------------------------------------------------------

    boolean isCollecting() {
        return collecting;
    }

    /** Memory for a write; null if there is none now. */
    @Nullable
    MemorySegment takeChunk() {
        MemorySegment chunk;
        synchronized (chunks) {
            chunk = chunks.pollLast();
        }
        if (chunk == null) {
            wanted = true;
        }
        return chunk;
    }

    void add(DeferredWrite write) {
        DeferredWrite first;
        do {
            first = head.get();
            write.next = first;
        } while (!head.compareAndSet(first, write));
        // Whoever still sees it collecting is seen by the look that follows the end of collecting.
        if (!collecting) {
            port.wakeup();
        }
    }

    // ---- on the port's thread ------------------------------------------------------------------

    void collect() {
        collecting = true;
    }

    void endCollecting() {
        collecting = false;
    }

    void giveBack(MemorySegment chunk) {
        synchronized (chunks) {
            chunks.addLast(chunk);
        }
    }

    /** Makes chunks where some were missing; not once the port closes, which allocates no more. */
    void replenish() {
        if (wanted && made < MOST_CHUNKS) {
            makeChunks();
        }
    }

    /** Submits what was written. Also before whatever must come after it. */
    void submit() {
        if (head.get() == null) {
            return;
        }
        DeferredWrite write = head.getAndSet(null);
        while (write != null) {
            DeferredWrite next = write.next;
            write.next = null;
            write.submit();
            submitted++;
            write = next;
        }
    }

    /** The port is closed: who waits for a write that is still here looks up. */
    void stopped() {
        collecting = false;
        for (DeferredWrite write = head.get(); write != null; write = write.next) {
            write.wake();
        }
    }

    /** Writes that were left here so far. */
    long submitted() {
        return submitted;
    }

    private void makeChunks() {
        wanted = false;
        MemorySegment memory = port.allocate((long) CHUNKS_AT_ONCE * CHUNK_BYTES);
        made += CHUNKS_AT_ONCE;
        synchronized (chunks) {
            for (int i = 0; i < CHUNKS_AT_ONCE; i++) {
                chunks.addLast(memory.asSlice((long) i * CHUNK_BYTES, CHUNK_BYTES));
            }
        }
    }
}
