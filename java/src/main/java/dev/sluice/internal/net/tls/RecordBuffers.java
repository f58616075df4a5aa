package dev.sluice.internal.net.tls;

import dev.sluice.internal.net.DirectTransport;
import dev.sluice.net.Connection;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Lends buffers for records: a connection without bytes on the way holds none. The JDK's engine gets
 * arrays, since its ciphers work on arrays and copy what is elsewhere; engines that are written in C get
 * native memory for the same reason.
 */
final class RecordBuffers {
    /**
     * The largest record that any engine announces: 16,384 bytes and what TLS 1.2 allows a cipher to add
     * (RFC 5246, section 6.2.3), rounded up.
     */
    static final int RECORD_BYTES = 18 * 1024 + 512;

    /** Several records for one write. */
    static final int BATCH_BYTES = 4 * RECORD_BYTES;

    private static final RecordBuffers HEAP = new RecordBuffers(false);
    private static final RecordBuffers NATIVE = new RecordBuffers(true);

    private final Pool records;
    private final Pool batches;

    private RecordBuffers(boolean isNative) {
        records = new Pool(RECORD_BYTES, isNative);
        batches = new Pool(BATCH_BYTES, isNative);
    }

    /** Returns the buffers that suit an engine and what is below. */
    static RecordBuffers of(SSLEngine engine, Connection transport) {
        return isJdks(engine) || !(transport instanceof DirectTransport) ? HEAP : NATIVE;
    }

    /** Returns true for the engine of the JDK. */
    static boolean isJdks(SSLEngine engine) {
        return engine.getClass().getModule() == Object.class.getModule();
    }

    /** Returns an empty buffer with at least this room. */
    RecordBuffer take(int bytes) {
        if (bytes > BATCH_BYTES) {
            return RecordBuffer.ofHeap(bytes);
        }
        return bytes <= RECORD_BYTES ? records.take() : batches.take();
    }

    /** Takes a buffer back; one of another size, or too many, is left to the collector. */
    static void release(RecordBuffer buffer) {
        RecordBuffers from = buffer.bytes.isDirect() ? NATIVE : HEAP;
        switch (buffer.bytes.capacity()) {
            case RECORD_BYTES -> from.records.release(buffer);
            case BATCH_BYTES -> from.batches.release(buffer);
            default -> {}
        }
    }

    /** Buffers of one size. The first free one is lent, so that few are used, which stay in the cache. */
    private static final class Pool {
        private static final int KEPT = 128;

        private final AtomicReferenceArray<@Nullable RecordBuffer> free =
                new AtomicReferenceArray<>(KEPT);
        private final int bytes;
        private final boolean isNative;

        /**
         * Native buffers created so far. They are never freed; beyond the limit, heap buffers are
         * used.
         */
        private final AtomicInteger created = new AtomicInteger();

        Pool(int bytes, boolean isNative) {
            this.bytes = bytes;
            this.isNative = isNative;
        }

        RecordBuffer take() {
            for (int slot = 0; slot < KEPT; slot++) {
                if (free.getPlain(slot) != null) {
                    RecordBuffer found = free.getAndSet(slot, null);
                    if (found != null) {
                        found.slot = slot;
                        found.bytes.clear();
                        return found;
                    }
                }
            }
            if (isNative && created.get() < KEPT && created.getAndIncrement() < KEPT) {
                return RecordBuffer.ofGlobal(Arena.global().allocate(bytes, 64));
            }
            return RecordBuffer.ofHeap(bytes);
        }

        void release(RecordBuffer buffer) {
            for (int tried = 0; tried < KEPT; tried++) {
                int slot = (buffer.slot + tried) % KEPT;
                if (free.getPlain(slot) == null && free.compareAndSet(slot, null, buffer)) {
                    return;
                }
            }
            assert !buffer.bytes.isDirect() : "each native buffer has a slot";
        }
    }
}
