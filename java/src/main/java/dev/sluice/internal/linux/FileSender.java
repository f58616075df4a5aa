package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.LibcFiles;
import dev.sluice.internal.spi.Completions;
import dev.sluice.internal.spi.FileRange;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Sends a part of a file by sendfile(2), which never blocks on the socket, since sockets are
 * non-blocking; it waits for the disk if the file is not in memory.
 *
 * <p>It has no MSG_NOSIGNAL: a peer that is gone raises SIGPIPE, which the JVM ignores.
 */
public final class FileSender {
    /**
     * Bytes of one call. A peer on the same machine may read as fast as the kernel sends; without a bound
     * one call would then last as long as the file.
     */
    public static final long MAX_BYTES_OF_A_CALL = 1024 * 1024;

    /** What the request can do after one call. */
    public enum Step {
        /** It has ended. */
        ENDED,
        /** The call moved bytes: another one may move more. */
        MOVED,
        /** The socket has no room. */
        FULL,
        /** A signal came before anything moved. */
        INTERRUPTED
    }

    /** Reports the errno that ended a request. */
    @FunctionalInterface
    public interface Failures {
        void fail(Request request, int errno);
    }

    private final CallState callState;
    private final MemorySegment capture;
    private final Completions completions;
    private final Failures failures;
    private final MemorySegment offset = Arena.ofAuto().allocate(Long.BYTES, Long.BYTES);

    public FileSender(CallState callState, Completions completions, Failures failures) {
        this.callState = callState;
        this.capture = callState.segment();
        this.completions = completions;
        this.failures = failures;
    }

    /** Makes one call for a request. */
    public Step send(int fd, Request request) {
        long left = request.length() - request.progress();
        if (left == 0) {
            completions.complete(request, Outcome.OK, request.progress(), 0);
            return Step.ENDED;
        }
        FileRange file = request.file();
        Memory.setLong(offset.address(), file.position + request.progress());
        callState.calls().addTry();
        long sent = LibcFiles.sendfile(capture, fd, (int) file.handle, offset.address(),
                Math.min(left, MAX_BYTES_OF_A_CALL));
        if (sent > 0) {
            request.progress(request.progress() + sent);
            if (sent < left) {
                return Step.MOVED;
            }
            completions.complete(request, Outcome.OK, request.progress(), 0);
        } else if (sent == 0) {
            completions.complete(request, Outcome.FILE_TOO_SHORT, request.progress(), 0);
        } else if (callState.errno() == Errno.EAGAIN) {
            return Step.FULL;
        } else if (callState.errno() == Errno.EINTR) {
            return Step.INTERRUPTED;
        } else {
            failures.fail(request, callState.errno());
        }
        return Step.ENDED;
    }
}
