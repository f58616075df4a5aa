package dev.sluice.internal.spi;

import java.lang.foreign.MemorySegment;

/**
 * Transfers that never block. Threads other than the port's use instances of their own, since an
 * instance holds the memory for the error code and serves one thread at a time.
 */
public interface TryCalls {
    /** The result of a call that would have blocked. */
    long WOULD_BLOCK = -1;

    /** Returns how many bytes were received (0: end of stream), or {@link #WOULD_BLOCK}. */
    long tryReceive(Channel channel, long address, long length) throws NativeFailure;

    /** Returns how many bytes were sent, or {@link #WOULD_BLOCK}. */
    long trySend(Channel channel, long address, long length) throws NativeFailure;

    /**
     * As {@link #tryReceive(Channel, long, long)}, into memory of the heap. The collector waits for the
     * end of the call, so {@code length} must be small.
     *
     * @throws UnsupportedOperationException without {@link Capability#TAKES_HEAP_MEMORY}
     */
    default long tryReceive(Channel channel, MemorySegment heap, long length)
            throws NativeFailure {
        throw new UnsupportedOperationException("receive into memory of the heap");
    }

    /** As {@link #trySend(Channel, long, long)}; see {@link #tryReceive(Channel, MemorySegment, long)}. */
    default long trySend(Channel channel, MemorySegment heap, long length) throws NativeFailure {
        throw new UnsupportedOperationException("send memory of the heap");
    }

    /**
     * Sends bytes of a file.
     *
     * @param file from {@link FileCalls#open}
     * @param position offset of the first byte
     * @return bytes sent, 0 if the file has ended before the position, or {@link #WOULD_BLOCK}
     * @throws NativeFailure UNSUPPORTED where the operating system has no such call
     */
    default long trySendFile(Channel channel, long file, long position, long length)
            throws NativeFailure {
        throw new NativeFailure("send a file", Outcome.UNSUPPORTED, 0,
                "this operating system has no such call that does not block; submit a SendFile");
    }

    /**
     * As {@link #trySend(Channel, long, long)}, of the pieces of a vector as one run of bytes. There are
     * at most 1,024 of them (IOV_MAX of Linux).
     */
    long trySend(Channel channel, BufferVector pieces) throws NativeFailure;

    /**
     * Receives a datagram.
     *
     * @param source set to its sender
     * @return its length, or {@link #WOULD_BLOCK}. The length of a truncated datagram is more than
     *     {@code length}; by how much is not known everywhere. Of a socket that {@linkplain
     *     Channel#coalesces coalesces} it is {@link Request#coalesced}.
     */
    long tryReceiveFrom(Channel channel, long address, long length, RawAddress source)
            throws NativeFailure;

    /** Returns how many system calls of a kind this instance has counted. Any thread may call. */
    long count(CallKind kind);

    /** Sends a datagram; returns its length, or {@link #WOULD_BLOCK}. */
    long trySendTo(Channel channel, long address, long length, RawAddress to)
            throws NativeFailure;

    /**
     * Sends several datagrams of one size, the last of which may be shorter; returns the bytes of all of
     * them, or {@link #WOULD_BLOCK}. Fails with UNSUPPORTED where the system has no segmentation.
     */
    long trySendSegments(
            Channel channel, long address, long length, int segmentBytes, RawAddress to)
            throws NativeFailure;
}
