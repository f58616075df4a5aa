package dev.sluice.internal.ffi.linux;

import static dev.sluice.internal.ffi.NativeLinker.function;

import java.lang.foreign.MemorySegment;

/**
 * Files of the C library. The conventions are those of {@link Libc}; the functions are apart from it so
 * that a program which sends no file does not look them up.
 */
public final class LibcFiles {
    private static final MemorySegment OPEN = function("open");
    private static final MemorySegment LSEEK = function("lseek");
    private static final MemorySegment SENDFILE = function("sendfile");

    private LibcFiles() {}

    /** {@code int open(const char *pathname, int flags)}. */
    public static int open(MemorySegment callState, long pathname, int flags) {
        return (int) ErrnoCall.call(OPEN, callState, pathname, flags);
    }

    /** {@code off_t lseek(int fd, off_t offset, int whence)}. */
    public static long lseek(MemorySegment callState, int fd, long offset, int whence) {
        return ErrnoCall.call(LSEEK, callState, fd, offset, whence);
    }

    /** {@code ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t count)}. */
    public static long sendfile(
            MemorySegment callState, int outFd, int inFd, long offset, long count) {
        return ErrnoCall.call(SENDFILE, callState, outFd, inFd, offset, count);
    }
}
