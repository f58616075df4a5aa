package dev.sluice.internal.net.ports;

import dev.sluice.CompletionPort;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Small writes of many connections that the port's thread submits together. It collects writes only
 * while that thread waits for the threads that it has woken; at other times a writing thread makes the
 * system call itself.
 */
public final class WriteBatch {
    /** The largest write that is copied and left here. */
    public static final int CHUNK_BYTES = 4 * 1024;

    private static final int CHUNKS_AT_ONCE = 64;
    private static final int MAX_CHUNKS = 4096;

    private final CompletionPort port;
    private volatile boolean collecting;

    /** The last added, linked by {@link Entry#next}. Each is of another connection: any order will do. */
    private final AtomicReference<@Nullable Entry> head = new AtomicReference<>();

    /** Free chunks; guarded by itself. */
    private final ArrayDeque<MemorySegment> chunks = new ArrayDeque<>();

    /** True after a writer found no chunk: the port's thread, which alone may allocate, makes some. */
    private volatile boolean wanted;

    /** Changed by the port's thread, with the lock of the chunks. */
    private int created;

    private long submitted;

    /** A write in the batch. */
    public abstract static class Entry {
        private @Nullable Entry next;

        /** On the port's thread: submits the write; must not throw, since others follow it. */
        protected abstract void submit();

        /** Wakes the thread that waits for the end of the write. */
        protected abstract void wake();
    }

    /** Creates an empty batch. */
    public WriteBatch(CompletionPort port) {
        this.port = port;
    }

    // ---- on threads that write -----------------------------------------------------------------

    /** Returns true while writes may be left here. */
    public boolean isCollecting() {
        return collecting;
    }

    /** Returns memory of {@link #CHUNK_BYTES} for a write; null if none is free. */
    public @Nullable MemorySegment takeChunk() {
        MemorySegment chunk;
        synchronized (chunks) {
            chunk = chunks.pollLast();
        }
        if (chunk == null) {
            wanted = true;
        }
        return chunk;
    }

    /** Leaves a write here. */
    public void add(Entry write) {
        Entry first;
        do {
            first = head.get();
            write.next = first;
        } while (!head.compareAndSet(first, write));
        // The port's thread looks here once more after it has cleared the flag.
        if (!collecting) {
            port.wakeup();
        }
    }

    /** Puts a chunk back. */
    public void releaseChunk(MemorySegment chunk) {
        synchronized (chunks) {
            chunks.addLast(chunk);
        }
    }

    /** Returns the bytes of the chunks whose writes have not ended. */
    public long usedBytes() {
        synchronized (chunks) {
            return (long) (created - chunks.size()) * CHUNK_BYTES;
        }
    }

    // ---- on the port's thread ------------------------------------------------------------------

    /** Begins to collect. */
    public void collect() {
        collecting = true;
    }

    void endCollecting() {
        collecting = false;
    }

    /** Allocates chunks if a writer found none; not once the port closes, which allocates no more. */
    void replenish() {
        if (wanted && created < MAX_CHUNKS) {
            createChunks();
        }
    }

    /** Submits what was written. Also before an operation that must come after it. */
    public void submit() {
        if (head.get() == null) {
            return;
        }
        Entry write = head.getAndSet(null);
        while (write != null) {
            Entry next = write.next;
            write.next = null;
            write.submit();
            submitted++;
            write = next;
        }
    }

    /** Wakes the threads that wait for writes of a closed port. */
    void stopped() {
        collecting = false;
        for (Entry write = head.get(); write != null; write = write.next) {
            write.wake();
        }
    }

    /** Returns how many writes were left here so far. */
    public long submitted() {
        return submitted;
    }

    private void createChunks() {
        wanted = false;
        MemorySegment memory = port.allocate((long) CHUNKS_AT_ONCE * CHUNK_BYTES).segment();
        synchronized (chunks) {
            created += CHUNKS_AT_ONCE;
            for (int i = 0; i < CHUNKS_AT_ONCE; i++) {
                chunks.addLast(memory.asSlice((long) i * CHUNK_BYTES, CHUNK_BYTES));
            }
        }
    }
}
