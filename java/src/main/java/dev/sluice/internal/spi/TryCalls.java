package dev.sluice.internal.spi;

/**
 * Calls on a socket that never wait and that threads other than the port's may make: with memory of
 * their own for the system's error. An instance serves one thread at a time.
 */
public interface TryCalls {
    /** As {@link Backend#tryReceive}. */
    long tryReceive(Channel channel, long address, long length) throws NativeFailure;

    /** As {@link Backend#trySend}. */
    long trySend(Channel channel, long address, long length) throws NativeFailure;

    /** As {@link Backend#tryReceiveFrom}. */
    long tryReceiveFrom(Channel channel, long address, long length, RawAddress source)
            throws NativeFailure;

    /** As {@link Backend#trySendTo}. */
    long trySendTo(Channel channel, long address, long length, RawAddress to)
            throws NativeFailure;
}
