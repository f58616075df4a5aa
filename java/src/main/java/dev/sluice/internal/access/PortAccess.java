package dev.sluice.internal.access;

import dev.sluice.internal.spi.BufferVector;
import dev.sluice.internal.spi.Capability;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What the blocking sockets need of a port and users do not: no method of this class is public API.
 * The package dev.sluice provides the one instance, as the JDK's packages do by its {@code
 * SharedSecrets}. The types of ports and sockets are parameters, so that this package imports nothing
 * of those above it.
 *
 * @param <P> the port
 * @param <S> the socket
 * @param <F> the failure of a system call
 */
public abstract class PortAccess<P, S, F extends Exception> {
    private static final String PROVIDER = "dev.sluice.CompletionPort";

    private static volatile @Nullable PortAccess<?, ?, ?> provided;

    /** Sets the instance. Called by the initializer of the port's class, before any port is open. */
    public static void provide(PortAccess<?, ?, ?> access) {
        provided = access;
    }

    /** Returns the instance. */
    @SuppressWarnings("unchecked") // Only the package of ports and sockets provides one.
    public static <P, S, F extends Exception> PortAccess<P, S, F> get() {
        PortAccess<?, ?, ?> present = provided;
        if (present == null) {
            initializeProvider();
            present = provided;
        }
        if (present == null) {
            throw new IllegalStateException(PROVIDER + " provides no access");
        }
        return (PortAccess<P, S, F>) present;
    }

    private static void initializeProvider() {
        try {
            Class.forName(PROVIDER, true, PortAccess.class.getClassLoader());
        } catch (ClassNotFoundException missing) {
            throw new IllegalStateException(PROVIDER + " is missing", missing);
        }
    }

    /**
     * Makes a virtual thread the owner that one platform thread always carries and that keeps this
     * platform thread while it waits. A kernel may bind the port to it.
     *
     * @throws IllegalArgumentException if the carrier is a virtual thread
     */
    public abstract void handOver(P port, Thread thread, Thread carrier);

    /** Whether the port's backend has a capability. Any thread may call. */
    public abstract boolean has(P port, Capability capability);

    /** Whether the backend of this name has a capability. Any thread may call. */
    public abstract boolean has(String backend, Capability capability);

    /**
     * Returns the bytes that were sent and that the peer has not acknowledged. On a Unix socket it is
     * the memory of the bytes that the peer has not read (SIOCOUTQ of tcp(7)); on Windows only bytes
     * on the wire count.
     *
     * @return bytes, or -1 if unknown
     */
    public abstract long unacknowledgedBytes(S socket);

    /**
     * As {@code NativeSocket.tryReceive}, into the first bytes of an array of the heap, without a copy.
     * Any thread but the port's may call; the port has {@link Capability#TAKES_HEAP_MEMORY}. The
     * garbage collector waits for the end of the call, so {@code length} must be small.
     */
    public abstract long tryReceive(S socket, MemorySegment heap, long length) throws F;

    /** As {@code NativeSocket.trySend}, otherwise as {@link #tryReceive}. */
    public abstract long trySend(S socket, MemorySegment heap, long length) throws F;

    /**
     * As {@code NativeSocket.trySend}, of several pieces as one run of bytes. Any thread but the port's
     * may call.
     *
     * @param pieces 1 to 1,024 pieces of native memory, which no other thread can free during the call
     */
    public abstract long trySend(S socket, BufferVector pieces) throws F;
}
