package dev.sluice.internal.net.tls;

import java.nio.ByteBuffer;
import org.jctools.queues.atomic.MpmcAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Lends buffers for records: a connection without bytes on the way holds none. Arrays, since the ciphers
 * of the JDK work on arrays and copy what is elsewhere.
 */
final class RecordBuffers {
    /** A record of TLS with its header and what a cipher adds (RFC 8446, section 5.2), rounded up. */
    static final int RECORD_BYTES = 17 * 1024;

    /** Several records for one write. */
    static final int BATCH_BYTES = 4 * RECORD_BYTES;

    private static final int KEPT = 256;

    private static final MpmcAtomicArrayQueue<ByteBuffer> RECORDS =
            new MpmcAtomicArrayQueue<>(KEPT);
    private static final MpmcAtomicArrayQueue<ByteBuffer> BATCHES =
            new MpmcAtomicArrayQueue<>(KEPT);

    private RecordBuffers() {}

    /** Returns an empty buffer with at least this room. */
    static ByteBuffer take(int bytes) {
        int capacity = bytes <= RECORD_BYTES ? RECORD_BYTES : Math.max(bytes, BATCH_BYTES);
        MpmcAtomicArrayQueue<ByteBuffer> queue = queueOf(capacity);
        ByteBuffer kept = queue == null ? null : queue.poll();
        return kept == null ? ByteBuffer.allocate(capacity) : kept.clear();
    }

    /** Takes a buffer back; one of another size, or too many, is left to the collector. */
    static void release(ByteBuffer buffer) {
        MpmcAtomicArrayQueue<ByteBuffer> queue = queueOf(buffer.capacity());
        if (queue != null) {
            boolean kept = queue.offer(buffer);
            assert kept || !queue.isEmpty() : "an empty queue has room";
        }
    }

    private static @Nullable MpmcAtomicArrayQueue<ByteBuffer> queueOf(int capacity) {
        return switch (capacity) {
            case RECORD_BYTES -> RECORDS;
            case BATCH_BYTES -> BATCHES;
            default -> null;
        };
    }
}
