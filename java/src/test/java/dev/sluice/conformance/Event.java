package dev.sluice.conformance;

import dev.sluice.NativeSocket;
import dev.sluice.Operation;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One event as it was delivered. Operations are used again, so this is a copy.
 *
 * @param operation whose event it is
 * @param status how it ended
 * @param hasMore true if the operation continues
 * @param bytes moved, for those that move bytes; else 0
 * @param nativeCode the system's code
 * @param data what a pooled receive brought, copied: its buffer is back in the pool. Else empty
 * @param accepted the socket of an accept, or null
 * @param atNanos {@link System#nanoTime} of the delivery
 */
record Event(
        Operation<?> operation,
        Status status,
        boolean hasMore,
        long bytes,
        int nativeCode,
        MemorySegment data,
        @Nullable NativeSocket accepted,
        long atNanos) {

    /** The received bytes as ASCII text. */
    String text() {
        return new String(data.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return operation.getClass().getSimpleName() + ":" + status + (hasMore ? "+" : "")
                + (bytes == 0 ? "" : " " + bytes + " bytes")
                + (nativeCode == 0 ? "" : " (code " + nativeCode + ")");
    }
}
