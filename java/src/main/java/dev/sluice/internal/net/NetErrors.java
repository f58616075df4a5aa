package dev.sluice.internal.net;

import dev.sluice.LimitExceededException;
import dev.sluice.PortFailedException;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.net.CancelledException;
import dev.sluice.net.ClosedException;
import dev.sluice.net.ConnectionLostException;
import dev.sluice.net.DeadlineException;
import dev.sluice.net.NetException;

/** Makes the exceptions of the net layer; the message is {@code operation: cause}. */
public final class NetErrors {
    private NetErrors() {}

    /** Returns the exception for a failed call of the core, which becomes its cause. */
    public static NetException of(String operation, SystemCallException failure) {
        NetException exception = of(operation, failure.status(), failure.nativeCode());
        exception.initCause(failure); // It names the system call or option, and its value.
        return exception;
    }

    /** Returns the exception for an exhausted limit of the port; the message names the limit. */
    public static NetException of(String operation, LimitExceededException exhausted) {
        NetException exception = new NetException(
                operation + ": " + exhausted.getMessage(), Status.OUT_OF_MEMORY, 0);
        exception.initCause(exhausted);
        return exception;
    }

    /** Returns the exception for a call on a port that has failed. */
    public static NetException of(String operation, PortFailedException failure) {
        NetException exception = new ClosedException(operation + ": " + failure.getMessage());
        exception.initCause(failure);
        return exception;
    }

    /** Returns the exception for a status other than OK. */
    public static NetException of(String operation, Status status, int nativeCode) {
        String message = operation + ": " + text(status);
        return switch (status) {
            case DEADLINE -> new DeadlineException(message, status, nativeCode);
            case CANCELLED -> new CancelledException(message);
            case CLOSED_LOCALLY -> new ClosedException(message);
            case RESET, ABORTED, BROKEN_PIPE ->
                new ConnectionLostException(message, status, nativeCode);
            default -> new NetException(message, status, nativeCode);
        };
    }

    /** Returns the usual English text of a status. */
    public static String text(Status status) {
        return switch (status) {
            case OK -> "success";
            case EOF -> "end of stream";
            case CANCELLED -> "interrupted";
            case CLOSED_LOCALLY -> "closed on this side";
            case DEADLINE -> "deadline exceeded";
            case TIMED_OUT -> "timed out by the network";
            case RESET -> "connection reset by the peer";
            case ABORTED -> "connection aborted by the kernel";
            case BROKEN_PIPE -> "broken pipe: the peer has closed the connection";
            case REFUSED -> "connection refused";
            case UNREACHABLE -> "no route to the host";
            case ADDRESS_IN_USE -> "address already in use";
            case ADDRESS_UNAVAILABLE -> "address not available";
            case NOT_CONNECTED -> "not connected";
            case MESSAGE_TOO_BIG -> "message too long";
            case FILE_TOO_SHORT -> "the file is shorter than what was to be sent";
            case OUT_OF_DESCRIPTORS -> "too many open files";
            case OUT_OF_MEMORY -> "out of memory";
            case NO_BUFFERS -> "no buffer is free";
            case UNSUPPORTED -> "not supported here";
            case PERMISSION -> "permission denied";
            case INVALID -> "invalid argument";
            case PROTOCOL -> "protocol error";
            case UNKNOWN -> "unknown failure";
        };
    }
}
