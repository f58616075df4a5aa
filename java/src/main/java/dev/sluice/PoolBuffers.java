package dev.sluice;

import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.Request;
import java.util.Objects;

/** What receives into the pool, and sends of its buffers, have in common. */
final class PoolBuffers {
    private PoolBuffers() {}

    /** Returns the pooled buffer of the latest event. */
    static PoolBuffer require(Operation<?> receive, String action) {
        PoolBuffer buffer = receive.request.buffer();
        if (buffer == null) {
            throw new IllegalStateException(
                    receive + " has no pooled buffer to " + action + ": ask isOk() first");
        }
        return buffer;
    }

    /** Lets a send read a part of a buffer. */
    static void lend(Operation<?> send, PooledBuffer buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.capacity());
        if (!buffer.isOf(send.requireSocket().port())) {
            throw new IllegalArgumentException(
                    "cannot send " + buffer + ": it belongs to another port");
        }
        send.request.memory(buffer.address() + offset, length);
        send.request.memoryHolder(null);
    }

    /** Refuses a multishot receive that has memory of its own, where events would overwrite each other. */
    static void checkMultishot(Operation<?> receive) {
        if (receive.request.multishot && !receive.request.pooled) {
            throw new IllegalStateException("cannot submit multishot " + receive
                    + " with its own buffer: call pooled(), or oneShot()");
        }
    }

    /** Releases the buffer of the latest event, if no handler took it. */
    static void discard(Request request) {
        PoolBuffer buffer = request.buffer();
        if (buffer != null) {
            request.clearPayload();
            buffer.pool.release(buffer);
        }
    }
}
