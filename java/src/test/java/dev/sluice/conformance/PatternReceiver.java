package dev.sluice.conformance;

import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.Status;
import java.lang.foreign.MemorySegment;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Receives until the stream ends, and checks each byte against {@link Pattern}. It has a handler of
 * its own and keeps no event, so that the volume may be large.
 */
final class PatternReceiver {
    private final NativeSocket socket;
    private final Receive receive;
    private final @Nullable MemorySegment memory;
    private final IntSupplier sizes;
    private long received;
    private long events;
    private @Nullable Status end;

    private PatternReceiver(NativeSocket socket, @Nullable MemorySegment memory,
            IntSupplier sizes) {
        this.socket = socket;
        this.memory = memory;
        this.sizes = sizes;
        this.receive = new Receive(socket).onCompletion(this::came);
    }

    /** One pooled receive after the other. */
    static PatternReceiver pooled(NativeSocket socket) {
        return new PatternReceiver(socket, null, () -> 0);
    }

    /** Pooled multishot receives. */
    static PatternReceiver multishot(NativeSocket socket) {
        PatternReceiver receiver = pooled(socket);
        receiver.receive.multishot();
        return receiver;
    }

    /** Receives into memory of these sizes, 1 to mostBytes. */
    static PatternReceiver into(NativeSocket socket, int mostBytes, IntSupplier sizes) {
        return new PatternReceiver(socket, socket.port().allocate(mostBytes).segment(), sizes);
    }

    PatternReceiver start() {
        next();
        return this;
    }

    long received() {
        return received;
    }

    /** How many events brought bytes. */
    long events() {
        return events;
    }

    boolean isDone() {
        return end != null;
    }

    /** What came after the last byte, or null if the stream continues. */
    @Nullable
    Status end() {
        return end;
    }

    private void next() {
        if (memory != null) {
            receive.buffer(memory.asSlice(0, sizes.getAsInt()));
        }
        socket.port().submit(receive);
    }

    private void came(Receive event) {
        if (event.status() != Status.OK) {
            end = event.status();
            return;
        }
        int bytes = event.bytes();
        if (memory != null) {
            Pattern.check(memory.asSlice(0, bytes), received);
        } else {
            var buffer = event.takeBuffer();
            Pattern.check(buffer.segment().asSlice(0, bytes), received);
            buffer.release();
        }
        received += bytes;
        events++;
        if (!event.hasMore()) {
            next();
        }
    }
}
