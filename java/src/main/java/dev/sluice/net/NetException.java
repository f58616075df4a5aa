package dev.sluice.net;

import dev.sluice.Status;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A failed call on a connection, listener, dialer or datagram socket. The message has the operation,
 * the addresses and the cause: {@code connect tcp 127.0.0.1:1: connection refused}.
 *
 * <p>Subclasses stand for the failures that programs handle: {@link DeadlineException}, {@link
 * ClosedException}, {@link CancelledException}, {@link ConnectionLostException}, {@link
 * ConnectFailedException} and {@link ResolveException}. Other implementations of {@link Connection}
 * may throw subclasses of their own.
 */
public class NetException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The cause, independent of the operating system. */
    private final Status status;

    /** The kernel's code, 0 if there is none. */
    private final int nativeCode;

    /** How much of a write was taken. */
    private long bytesWritten;

    /**
     * Describes one failure.
     *
     * @param message the operation, its addresses, and the cause
     * @param status the cause, independent of the operating system
     * @param nativeCode the kernel's code (errno, WSAGetLastError), 0 if there is none
     */
    public NetException(String message, Status status, int nativeCode) {
        super(message);
        this.status = status;
        this.nativeCode = nativeCode;
    }

    /**
     * Returns the cause, independent of the operating system.
     *
     * @return never {@link Status#OK}
     */
    public final Status status() {
        return status;
    }

    /**
     * Returns the kernel's code: errno on Linux, NTSTATUS or a WSA code on Windows.
     *
     * @return the code, 0 if there is none
     */
    public final int nativeCode() {
        return nativeCode;
    }

    /**
     * Returns how many bytes of the failed write this side's kernel had taken before it failed, or, with
     * TLS, the engine. The peer may have received fewer: taken bytes that are lost on the way, as by a
     * reset, count too. After a failed {@link Connection#transferTo} it is the number of bytes copied.
     *
     * <p>A caller that has moved the deadline can continue a write of buffers, whose positions have moved
     * by this number: see {@link Connection#write(java.nio.ByteBuffer...)}. On io_uring a small write counts as taken once the port has it; if it fails after its call has returned, the
     * next call fails, and has 0 here.
     *
     * @return 0 or more; 0 if the call was no write
     * @see java.io.InterruptedIOException#bytesTransferred
     */
    public final long bytesWritten() {
        return bytesWritten;
    }

    /**
     * Sets {@link #bytesWritten()}, for implementations of {@link Connection}. The message has the number,
     * unless it is 0.
     *
     * @param bytes 0 or more
     * @return this exception
     * @throws IllegalArgumentException if the number is negative
     */
    public final NetException bytesWritten(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes written: " + bytes + ": use 0 or more");
        }
        bytesWritten = bytes;
        return this;
    }

    @Override
    public @Nullable String getMessage() {
        String message = super.getMessage();
        return bytesWritten == 0 ? message : message + " after " + bytesWritten + " bytes";
    }

    /**
     * Returns whether a wait failed: at a deadline of this side, or by a time-out of the network.
     *
     * @return true for DEADLINE and TIMED_OUT
     */
    public final boolean isTimeout() {
        return status.isTimeout();
    }

    /**
     * Returns whether the same call may succeed later without a change.
     *
     * @return true if a limit or a time caused the failure
     */
    public final boolean isTemporary() {
        return status.isTemporary();
    }
}
