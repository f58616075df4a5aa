package dev.sluice.internal.net.tls;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Memory for records: a buffer for the engine, and the same bytes as a segment for the connection below. */
final class RecordBuffer {
    final ByteBuffer bytes;
    final MemorySegment memory;

    /** Where the pool keeps it; of the pool. */
    int slot;

    private RecordBuffer(ByteBuffer bytes, MemorySegment memory) {
        this.bytes = bytes;
        this.memory = memory;
    }

    static RecordBuffer ofHeap(int capacity) {
        byte[] array = new byte[capacity];
        return new RecordBuffer(ByteBuffer.wrap(array), MemorySegment.ofArray(array));
    }

    /** Returns a buffer of native memory that is never freed. */
    static RecordBuffer ofGlobal(MemorySegment memory) {
        return new RecordBuffer(memory.asByteBuffer(), memory);
    }

    /** Returns the memory from the buffer's position on. */
    MemorySegment room() {
        return bytes.position() == 0 ? memory : memory.asSlice(bytes.position());
    }
}
