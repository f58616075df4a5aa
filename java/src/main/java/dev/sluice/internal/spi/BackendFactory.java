package dev.sluice.internal.spi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Makes the backends of one kind. */
public interface BackendFactory {
    /**
     * Allocates pages that the kernel may use. They are freed with the arena, and an untouched page
     * takes no memory.
     *
     * @throws OutOfMemoryError if the kernel refuses, with its code in the message
     */
    MemorySegment allocatePages(long bytes, Arena arena);

    /** Returns the calls on files, whose descriptors the backends of this kind take. */
    FileCalls files();

    /**
     * Opens a backend for one port.
     *
     * @throws NativeFailure if this kind of backend does not work here, with the cause
     */
    Backend open(PortContext port) throws NativeFailure;
}
