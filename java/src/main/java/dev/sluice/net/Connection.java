package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.SockOpt;
import dev.sluice.Status;
import dev.sluice.TcpInfo;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * A connected stream. {@link Listener} and {@link Dialer} return connections over TCP and Unix
 * sockets; other implementations may wrap one, such as TLS, or stand for one in a test.
 *
 * <p><b>Threads.</b> One thread may read while another one writes. A second concurrent read fails
 * with {@link IllegalStateException}; concurrent writes wait for each other, so the bytes of one call
 * stay together. Any thread may call every other method. {@link #close} and {@link #abort} end a read
 * and a write that wait. A virtual thread that waits is unmounted from its carrier thread.
 *
 * <p><b>End of stream.</b> A read returns -1 after the peer has ended its stream, and so does every
 * later read. A reset fails with {@link ConnectionLostException} and never returns -1; reads first
 * return the bytes that arrived before it, even if a write has failed. After {@link #close} every
 * call fails with {@link ClosedException}.
 *
 * <p><b>Time.</b> A deadline that passes fails the waiting call and every later one with {@link
 * DeadlineException}, until it is moved; no byte of the stream is lost. An interrupt fails the call
 * with {@link CancelledException} and keeps the interrupt status; the connection stays usable.
 *
 * <p><b>Implementations.</b> {@link #read(byte[], int, int)} and {@link #write(byte[], int, int)} carry
 * all default methods that move bytes. The options of a socket are unsupported unless overridden.
 */
public interface Connection extends Closeable {
    // ---- reading -----------------------------------------------------------------------------

    /**
     * Reads the bytes that have arrived; waits for the first one if there is none.
     *
     * @param into receives the bytes from the offset on
     * @param offset index of the first byte
     * @param length the most bytes to read
     * @return 1 or more bytes, 0 for a length of 0, or -1 at the end of the peer's stream and after
     *     {@link #closeRead}
     * @throws NetException the deadline passed, the connection was lost or closed, or the thread was
     *     interrupted
     */
    int read(byte[] into, int offset, int length) throws NetException;

    /**
     * Reads into a whole array, as {@link #read(byte[], int, int)}.
     *
     * @param into receives the bytes from index 0 on
     * @return 1 or more bytes, 0 for an empty array, or -1 at the end of the stream
     * @throws NetException as {@link #read(byte[], int, int)}
     */
    default int read(byte[] into) throws NetException {
        return read(into, 0, into.length);
    }

    /**
     * Reads into memory, as {@link #read(byte[], int, int)}.
     *
     * @param into native memory of any arena, or a heap segment. Bytes are copied on their way to
     *     memory that another thread could free during the call
     * @return 1 or more bytes, 0 for an empty segment, or -1 at the end of the stream
     * @throws NetException as {@link #read(byte[], int, int)}
     */
    default int read(MemorySegment into) throws NetException {
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("read " + this
                    + " into read-only memory: pass a writable segment or buffer");
        }
        byte[] bytes = new byte[(int) Math.min(into.byteSize(), 1 << 16)];
        int count = read(bytes, 0, bytes.length);
        if (count > 0) {
            MemorySegment.copy(bytes, 0, into, ValueLayout.JAVA_BYTE, 0, count);
        }
        return count;
    }

    /**
     * Reads into a buffer, as {@link #read(byte[], int, int)}.
     *
     * @param into receives the bytes at its position, which advances by their number
     * @return 1 or more bytes, 0 if the buffer has no remaining room, or -1 at the end of the stream
     * @throws NetException as {@link #read(byte[], int, int)}
     */
    default int read(ByteBuffer into) throws NetException {
        int count = into.hasArray()
                ? read(into.array(), into.arrayOffset() + into.position(), into.remaining())
                : read(MemorySegment.ofBuffer(into));
        if (count > 0) {
            into.position(into.position() + count);
        }
        return count;
    }

    /**
     * Reads until the array is full.
     *
     * @param into receives all bytes
     * @throws EOFException if the stream ended before; the array has the bytes that arrived
     * @throws NetException as {@link #read(byte[], int, int)}; the array has the bytes that arrived
     */
    default void readFully(byte[] into) throws IOException {
        readFully(into, 0, into.length);
    }

    /**
     * Reads exactly so many bytes.
     *
     * @param into receives the bytes from the offset on
     * @param offset index of the first byte
     * @param length the number of bytes
     * @throws EOFException if the stream ended before; the array has the bytes that arrived
     * @throws NetException as {@link #read(byte[], int, int)}; the array has the bytes that arrived
     */
    default void readFully(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        int filled = 0;
        while (filled < length) {
            int count = read(into, offset + filled, length - filled);
            if (count < 0) {
                throw new EOFException("read " + this + ": end of stream after " + filled
                        + " of " + length + " bytes");
            }
            filled += count;
        }
    }

    /**
     * Copies all bytes from the peer to another connection until the end of the stream. With this
     * connection itself as the target it is an echo. It does not end the target's writing side; call
     * {@link #closeWrite} for that.
     *
     * @param target may be this connection
     * @return the number of bytes copied
     * @throws NetException as {@link #read(byte[], int, int)} and {@link #write(byte[], int, int)}; its
     *     {@link NetException#bytesWritten} is the number of bytes copied
     */
    default long transferTo(Connection target) throws NetException {
        byte[] bytes = new byte[1 << 16];
        long copied = 0;
        try {
            for (int count = read(bytes); count >= 0; count = read(bytes)) {
                target.write(bytes, 0, count);
                copied += count;
            }
            return copied;
        } catch (NetException failure) {
            throw failure.bytesWritten(copied + failure.bytesWritten());
        }
    }

    /**
     * Returns the reading side as a stream. Closing the stream closes the connection.
     *
     * @return a view for one thread at a time, not buffered
     */
    default InputStream inputStream() {
        return new ConnectionStreams.Input(this);
    }

    // ---- writing -----------------------------------------------------------------------------

    /**
     * Writes all bytes; waits while the peer does not take them. If it fails, {@link
     * NetException#bytesWritten} is how many were taken. On ports of io_uring a small write may still
     * be pending for a moment after this returned; if it then fails, the next call fails.
     *
     * @param from has the bytes from the offset on
     * @param offset index of the first byte
     * @param length the number of bytes
     * @throws NetException the deadline passed, the connection was lost or closed, or the thread was
     *     interrupted
     */
    void write(byte[] from, int offset, int length) throws NetException;

    /**
     * Writes a whole array, as {@link #write(byte[], int, int)}.
     *
     * @param from all of it is written
     * @throws NetException as {@link #write(byte[], int, int)}
     */
    default void write(byte[] from) throws NetException {
        write(from, 0, from.length);
    }

    /**
     * Writes a segment, as {@link #write(byte[], int, int)}.
     *
     * @param from native memory of any arena, or a heap segment; all of it is written
     * @throws NetException as {@link #write(byte[], int, int)}
     */
    default void write(MemorySegment from) throws NetException {
        byte[] bytes = new byte[(int) Math.min(from.byteSize(), 1 << 16)];
        long written = 0;
        try {
            while (written < from.byteSize()) {
                int part = (int) Math.min(bytes.length, from.byteSize() - written);
                MemorySegment.copy(from, ValueLayout.JAVA_BYTE, written, bytes, 0, part);
                write(bytes, 0, part);
                written += part;
            }
        } catch (NetException failure) {
            throw failure.bytesWritten(written + failure.bytesWritten());
        }
    }

    /**
     * Writes the remaining bytes of a buffer, as {@link #write(byte[], int, int)}.
     *
     * @param from its position moves to its limit
     * @throws NetException as {@link #write(byte[], int, int)}; then the position has moved by {@link
     *     NetException#bytesWritten}, so that a later write continues there
     */
    default void write(ByteBuffer from) throws NetException {
        try {
            if (from.hasArray()) {
                write(from.array(), from.arrayOffset() + from.position(), from.remaining());
            } else {
                write(MemorySegment.ofBuffer(from));
            }
        } catch (NetException failure) {
            long taken = Math.min(failure.bytesWritten(), from.remaining());
            from.position(from.position() + (int) taken);
            throw failure;
        }
        from.position(from.limit());
    }

    /**
     * Writes a part of a file; waits while the peer does not take it. A connection over a socket of Linux
     * sends it without a copy (sendfile); others, and those over TLS, copy it through memory. The deadline of
     * writes and the idle time-out look at each piece that moves.
     *
     * <p>If the file is shorter than position and count say, fewer bytes are written: compare, since the peer cannot
     * know.
     *
     * @param file of any file system
     * @param position offset in the file of the first byte, 0 or more
     * @param count number of bytes, 0 or more
     * @return the number of bytes written; fewer than {@code count} if the file ended before
     * @throws NetException as {@link #write(byte[], int, int)}
     * @throws IOException if the file cannot be opened or read, such as {@link
     *     java.nio.file.NoSuchFileException}
     * @throws IllegalArgumentException if position or count is negative
     * @see <a href="https://man7.org/linux/man-pages/man2/sendfile.2.html">sendfile(2)</a>
     */
    default long transferFrom(Path file, long position, long count) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return transferFrom(channel, position, count);
        }
    }

    /**
     * Writes a part of a file, as {@link #transferFrom(Path, long, long)}, but always by copying it: a channel
     * does not show its descriptor. The position of the channel is neither used nor changed. Writes of other
     * threads may come between two pieces, except on a connection over a socket.
     *
     * @param file open for reading
     * @param position offset in the file of the first byte, 0 or more
     * @param count number of bytes, 0 or more
     * @return the number of bytes written; fewer than {@code count} if the file ended before
     * @throws NetException as {@link #write(byte[], int, int)}
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if position or count is negative
     */
    default long transferFrom(FileChannel file, long position, long count) throws IOException {
        if (position < 0 || count < 0 || Long.MAX_VALUE - position < count) {
            throw new IllegalArgumentException("cannot send " + count + " bytes from position "
                    + position + " of " + file + ": use 0 or more for both");
        }
        byte[] bytes = new byte[(int) Math.min(count, 1 << 16)];
        long copied = 0;
        while (copied < count) {
            int part = (int) Math.min(bytes.length, count - copied);
            int read = file.read(ByteBuffer.wrap(bytes, 0, part), position + copied);
            if (read < 0) {
                break;
            }
            try {
                write(bytes, 0, read);
            } catch (NetException failure) {
                throw failure.bytesWritten(copied + failure.bytesWritten());
            }
            copied += read;
        }
        return copied;
    }

    /**
     * Writes the remaining bytes of several buffers, one after the other, such as a header and a body.
     * Over a socket they go to the kernel together: up to 1,024 buffers (IOV_MAX of writev(2)) in one
     * system call, more of them in several. Direct buffers go where they are if no other thread can
     * free their memory: those of {@link ByteBuffer#allocateDirect}, of the global arena and of the
     * caller's confined arena. Bytes of other buffers are copied on their way, at most 64 KiB for each
     * call. TLS encrypts them into records as one run of bytes.
     *
     * <p>Over a socket and TLS the bytes of one call stay together. By default, for an implementation
     * that does not override it, this is one write after the other, between which those of other threads
     * may come.
     *
     * @param from each position moves to its limit, as by {@link
     *     java.nio.channels.GatheringByteChannel}; nothing else may use the buffers meanwhile
     * @throws NetException as {@link #write(byte[], int, int)}; then the positions have moved by {@link
     *     NetException#bytesWritten} in all. The next write, if it is one of the same buffers from there on,
     *     makes the stream whole: a close then ends it as usual. TLS cannot continue after a failure
     */
    default void write(ByteBuffer... from) throws NetException {
        long written = 0;
        for (ByteBuffer each : from) {
            int length = each.remaining();
            try {
                write(each);
            } catch (NetException failure) {
                throw failure.bytesWritten(written + failure.bytesWritten());
            }
            written += length;
        }
    }

    /**
     * Returns the writing side as a stream. Closing the stream closes the connection.
     *
     * @return a view, not buffered
     */
    default OutputStream outputStream() {
        return new ConnectionStreams.Output(this);
    }

    // ---- time --------------------------------------------------------------------------------

    /**
     * Sets the deadline of reads, also of a read that waits now. After it has passed, reads fail
     * until it is moved.
     *
     * @param fromNow time from now on; zero or less has passed already
     */
    void readDeadline(Duration fromNow);

    /**
     * Sets the deadline of writes, also of a write that waits now. After it has passed, writes fail
     * until it is moved.
     *
     * @param fromNow time from now on; zero or less has passed already
     */
    void writeDeadline(Duration fromNow);

    /** Removes both deadlines: reads and writes wait without a limit, as at the beginning. */
    void clearDeadlines();

    /**
     * Fails a waiting read or write once no byte has moved in either direction for this long. A call
     * that need not wait never fails for it. A {@link #beat} counts as traffic. On Linux so do bytes
     * of an earlier write that the peer acknowledges; while some are unacknowledged, a call may wait
     * up to twice as long. Unlike a deadline it need not be set again.
     *
     * @param timeout more than zero
     * @throws IllegalArgumentException if the timeout is zero or less
     */
    void idleTimeout(Duration timeout);

    /**
     * Calls back each time that no byte has moved, and no {@link #beat} was given, for an interval:
     * to send a ping, or to close the connection. Callbacks run on a virtual thread of their own;
     * the next interval begins when one returns. The heartbeat ends with the connection. Another
     * heartbeat replaces it.
     *
     * @param interval more than zero
     * @param whenIdle may read, write and close; an exception ends the heartbeat and is logged
     * @throws IllegalArgumentException if the interval is zero or less
     */
    void heartbeat(Duration interval, HeartbeatAction whenIdle);

    /** Counts as traffic for {@link #idleTimeout} and {@link #heartbeat}. */
    void beat();

    // ---- close -------------------------------------------------------------------------------

    /**
     * Ends the writing side: the peer reads all written bytes, then the end of the stream. Reads
     * continue. Waits for a pending write. A second call does nothing.
     *
     * @throws NetException the connection was lost or closed, a write failed half way, or the thread
     *     was interrupted
     */
    void closeWrite() throws NetException;

    /**
     * Ends the reading side: a waiting read and every later one return -1 after the bytes that had
     * arrived. The peer is not notified.
     *
     * @throws NetException the connection was lost or closed, or the thread was interrupted
     */
    void closeRead() throws NetException;

    /**
     * Closes the connection without waiting. The peer gets all written bytes, then the end of the
     * stream; what it still sends is discarded until it ends its side too, for at most 10 seconds.
     * Waiting calls of any thread fail with {@link ClosedException}. A second call does nothing.
     *
     * <p>After a write that failed when a part of its bytes had been sent, this is {@link #abort}, unless
     * {@link #write(ByteBuffer...)} has continued it.
     */
    @Override
    void close();

    /**
     * Closes the connection as {@link #close}, and waits until that is done.
     *
     * @param bound how long the peer may take, more than zero
     * @return OK: the peer ended its side too, or this side had called {@link #closeRead}; DEADLINE:
     *     the peer did not end it in time, and the connection was closed all the same; RESET and the
     *     like: the connection was lost; CLOSED_LOCALLY: another close had begun before; or the
     *     status of a write that failed half way, for which the connection was reset
     * @throws NetException the thread was interrupted; the close continues
     * @throws IllegalArgumentException if the bound is zero or less; then nothing was done
     */
    Status closeGracefully(Duration bound) throws NetException;

    /**
     * Resets the connection without waiting: the peer gets an error and no end of stream, and bytes
     * on the way may be lost. No socket stays in TIME_WAIT (RFC 9293, section 3.6).
     */
    void abort();

    /**
     * Returns whether this side has not closed the connection.
     *
     * @return true until a close or abort begins; not affected by the peer
     */
    boolean isOpen();

    // ---- addresses and settings --------------------------------------------------------------

    /**
     * Returns the address on this side.
     *
     * @return also after the close
     */
    Address localAddress();

    /**
     * Returns the address of the peer.
     *
     * @return also after the close
     */
    Address remoteAddress();

    /**
     * Returns what the kernel knows of the connection: round-trip time, retransmits, queues.
     *
     * @return a snapshot
     * @throws NetException UNSUPPORTED if this is no TCP connection, or the connection is closed
     */
    default TcpInfo tcpInfo() throws NetException {
        throw unsupported("TCP_INFO of");
    }

    /**
     * Sets an option of the socket.
     *
     * @param option the option
     * @param value its new value
     * @param <T> the type of its value
     * @throws NetException UNSUPPORTED, INVALID, or the connection is closed
     */
    default <T> void set(SockOpt<T> option, T value) throws NetException {
        throw unsupported("set " + option + " of");
    }

    /**
     * Returns the value of an option of the socket.
     *
     * @param option the option
     * @param <T> the type of its value
     * @return the value that the kernel reports
     * @throws NetException UNSUPPORTED, or the connection is closed
     */
    default <T> T get(SockOpt<T> option) throws NetException {
        throw unsupported("get " + option + " of");
    }

    private NetException unsupported(String operation) {
        return new NetException(operation + " " + this + ": not a socket", Status.UNSUPPORTED, 0);
    }
}
