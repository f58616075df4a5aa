package dev.sluice;

import dev.sluice.internal.engine.Engine;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.ReceivedRights;
import dev.sluice.internal.spi.SocketCalls;
import dev.sluice.internal.spi.UseCount;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Sends and receives descriptors over Unix sockets (SCM_RIGHTS). Neither call blocks. Both belong
 * to the port's thread; wait with {@link Readiness}.
 *
 * <pre>{@code
 * long sent = PassedDescriptors.trySend(control, message, listener);      // one process
 *
 * PassedDescriptors received = PassedDescriptors.tryReceive(control, buffer, 1);   // the other one
 * if (received != null) {
 *     try (received) {
 *         NativeSocket listener = received.adopt(0, port);
 *     }
 * }
 * }</pre>
 *
 * <p>A descriptor that was received is close-on-exec. It belongs to this object until it is taken or
 * adopted; {@link #close} closes the others. Any other receive on the socket, such as {@link Receive},
 * makes the kernel close the descriptors that came with its bytes. UNSUPPORTED on Windows.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7), SCM_RIGHTS</a>
 */
public final class PassedDescriptors implements AutoCloseable {
    /** The most descriptors that go with one message: SCM_MAX_FD of unix(7). */
    public static final int MOST = 253;

    private static final long TAKEN = -1;

    private final Engine engine;
    private final long bytes;
    private final boolean stream;
    private final boolean truncated;
    private final boolean lost;
    private final long[] descriptors;

    private PassedDescriptors(NativeSocket over, ReceivedRights received) {
        engine = over.port().engine();
        stream = over.type().isConnectionOriented();
        bytes = received.bytes;
        truncated = received.truncated;
        lost = received.lost;
        descriptors = received.descriptors();
    }

    // ---- sending -----------------------------------------------------------------------------

    /**
     * Sends bytes, and with them a descriptor of each socket. The descriptors arrive with the first
     * byte: if fewer bytes were taken, send the others by {@link NativeSocket#trySend}. This
     * process keeps its own descriptors. The kernel copies them at once, so the sockets may be
     * closed before the other process receives.
     *
     * @param over a Unix socket with a peer
     * @param buffer at least one byte, of any memory, which is copied
     * @param passed 1 to {@link #MOST} open sockets, also of other ports
     * @return bytes sent, or {@link NativeSocket#WOULD_BLOCK}: then no descriptor went either
     * @throws SystemCallException BROKEN_PIPE, RESET and the like; OUT_OF_DESCRIPTORS if too many are in
     *     flight (ETOOMANYREFS, RLIMIT_NOFILE); CLOSED_LOCALLY if a socket is closed; UNSUPPORTED on
     *     Windows
     * @throws IllegalArgumentException if the socket is no Unix socket, or the number of bytes or sockets
     *     is out of bounds
     */
    public static long trySend(NativeSocket over, MemorySegment buffer, NativeSocket... passed)
            throws SystemCallException {
        long[] numbers = new long[passed.length];
        int held = 0;
        try {
            for (; held < passed.length; held++) {
                Channel channel = passed[held].channel;
                // Its port may be another thread's, which must not close the number meanwhile.
                if (!channel.isOpen() || !UseCount.acquire(channel)) {
                    throw over.failed(new NativeFailure("sendmsg", Outcome.CLOSED_LOCALLY, 0,
                            passed[held] + " is closed; pass an open socket"));
                }
                channel.noteShared();
                numbers[held] = channel.handle;
            }
            return trySend(over, buffer, numbers);
        } finally {
            while (held > 0) {
                UseCount.release(passed[--held].channel);
            }
        }
    }

    /**
     * Sends bytes and descriptors as {@link #trySend(NativeSocket, MemorySegment, NativeSocket...)}.
     *
     * @param over a Unix socket with a peer
     * @param buffer at least one byte, of any memory, which is copied
     * @param descriptors 1 to {@link #MOST} numbers of anything that is open, which the caller keeps
     * @return bytes sent, or {@link NativeSocket#WOULD_BLOCK}
     * @throws SystemCallException INVALID if a number is not open; BROKEN_PIPE, RESET and the like;
     *     OUT_OF_DESCRIPTORS if too many are in flight (ETOOMANYREFS, RLIMIT_NOFILE); UNSUPPORTED
     *     on Windows
     * @throws IllegalArgumentException if the socket is no Unix socket, or the number of bytes or
     *     descriptors is out of bounds
     */
    public static long trySend(NativeSocket over, MemorySegment buffer, long[] descriptors)
            throws SystemCallException {
        String action = "pass descriptors";
        requireUnix(over, action);
        requireNumber(descriptors.length, action);
        long length = over.lengthOfCopy(buffer);
        if (length == 0) {
            throw new IllegalArgumentException(
                    "cannot pass descriptors with 0 bytes: send 1 byte or more with them");
        }
        try {
            long sent = over.ready(action)
                    .trySendRights(over.channel, buffer.asSlice(0, length), descriptors);
            return sent == SocketCalls.WOULD_BLOCK
                    ? NativeSocket.WOULD_BLOCK
                    : sent;
        } catch (NativeFailure failure) {
            throw over.failed(failure);
        }
    }

    // ---- receiving ---------------------------------------------------------------------------

    /**
     * Receives bytes, with the descriptors that came with them.
     *
     * @param over a Unix socket
     * @param buffer of any memory, into which the bytes are copied
     * @param most the most descriptors to take, 1 to {@link #MOST}; the kernel closes those beyond
     * @return what came, which the caller closes, or null if nothing is there
     * @throws SystemCallException RESET and the like; UNSUPPORTED on Windows
     * @throws IllegalArgumentException if the socket is no Unix socket, the buffer is read-only or of 0
     *     bytes, or the number is out of bounds
     * @throws IllegalStateException if the memory was released
     * @throws WrongThreadException if the memory is confined to another thread
     */
    public static @Nullable PassedDescriptors tryReceive(
            NativeSocket over, MemorySegment buffer, int most) throws SystemCallException {
        String action = "receive descriptors";
        requireUnix(over, action);
        requireNumber(most, action);
        if (buffer.isReadOnly() || buffer.byteSize() == 0) {
            throw new IllegalArgumentException("cannot receive descriptors into "
                    + (buffer.isReadOnly() ? "read-only memory" : "a buffer of 0 bytes")
                    + ": pass a writable segment of 1 byte or more");
        }
        // Before the call, which would take the bytes.
        Memory.requireAccessible(buffer, action);
        long length = over.lengthOfCopy(buffer);
        try {
            ReceivedRights received = over.ready(action)
                    .tryReceiveRights(over.channel, buffer.asSlice(0, length), most);
            return received == null ? null : new PassedDescriptors(over, received);
        } catch (NativeFailure failure) {
            throw over.failed(failure);
        }
    }

    private static void requireUnix(NativeSocket over, String action) {
        if (!over.type().isUnix()) {
            throw new IllegalArgumentException("cannot " + action + " over " + over
                    + ": only Unix sockets carry them");
        }
    }

    private static void requireNumber(int number, String action) {
        if (number < 1 || number > MOST) {
            throw new IllegalArgumentException("cannot " + action + ": " + number
                    + " are out of bounds; use 1 to " + MOST);
        }
    }

    // ---- what came ---------------------------------------------------------------------------

    /**
     * Returns the number of bytes that were received.
     *
     * @return 0 at the end of a stream, or for an empty datagram
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Returns true if the peer has ended its side of the stream.
     *
     * @return false for datagrams
     */
    public boolean isEndOfStream() {
        return stream && bytes == 0;
    }

    /**
     * Returns true if a datagram was longer than the buffer, and its rest is lost.
     *
     * @return false for streams
     */
    public boolean isTruncated() {
        return truncated;
    }

    /**
     * Returns true if descriptors came that the kernel has closed: more than were asked for, or more
     * than this process may open (MSG_CTRUNC).
     *
     * @return false if all that came are here
     */
    public boolean hasLost() {
        return lost;
    }

    /**
     * Returns the number of descriptors that came, those that were taken included.
     *
     * @return 0 or more
     */
    public int count() {
        return descriptors.length;
    }

    /**
     * Returns the number of a descriptor, which stays here: {@link #take} it once something else owns it.
     *
     * @param index 0 to {@link #count} - 1, in the order in which they were sent
     * @return its number
     * @throws IllegalStateException if it was taken, adopted or closed before
     */
    public long descriptor(int index) {
        if (descriptors[index] == TAKEN) {
            throw new IllegalStateException("descriptor " + index + " of " + descriptors.length
                    + " is not here: it was taken, adopted or closed before");
        }
        return descriptors[index];
    }

    /**
     * Takes a descriptor, which the caller then owns and closes.
     *
     * @param index 0 to {@link #count} - 1, in the order in which they were sent
     * @return its number
     * @throws IllegalStateException if it was taken, adopted or closed before
     */
    public long take(int index) {
        long descriptor = descriptor(index);
        descriptors[index] = TAKEN;
        return descriptor;
    }

    /**
     * Adds the socket to a port, as {@link CompletionPort#adopt}. If that fails the descriptor stays
     * here.
     *
     * @param index 0 to {@link #count} - 1, in the order in which they were sent
     * @param port the calling thread's
     * @return a socket of the port
     * @throws SystemCallException as of {@link CompletionPort#adopt}
     * @throws IllegalStateException if it was taken, adopted or closed before
     */
    public NativeSocket adopt(int index, CompletionPort port) throws SystemCallException {
        NativeSocket adopted = port.adopt(descriptor(index));
        descriptors[index] = TAKEN;
        return adopted;
    }

    /** Closes the descriptors that were not taken. Closing twice does nothing. */
    @Override
    public void close() {
        for (int index = 0; index < descriptors.length; index++) {
            if (descriptors[index] != TAKEN) {
                engine.closeDescriptor(take(index));
            }
        }
    }
}
