package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.LibcFiles;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.ffi.linux.SystemConstants;
import dev.sluice.internal.spi.FileCalls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files for sendfile(2), which reads at an offset of its own: a file has no position here. */
final class LinuxFiles implements FileCalls {
    /** O_NONBLOCK: the open of a FIFO must not wait for its writer. */
    private static final int FLAGS = SystemConstants.O_RDONLY | SystemConstants.O_CLOEXEC
            | SystemConstants.O_NOCTTY | SocketConstants.O_NONBLOCK;

    @Override
    public long open(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            CallState callState = new CallState(arena);
            long name = nameOf(path, arena).address();
            int fd;
            do {
                fd = LibcFiles.open(callState.segment(), name, FLAGS);
            } while (fd < 0 && callState.errno() == Errno.EINTR);
            if (fd < 0) {
                throw failure(path, callState.errno());
            }
            requireFile(callState, fd, path, name);
            return fd;
        }
    }

    /** Refuses a directory, of which read(2) takes nothing, and a pipe, which cannot be read at an offset. */
    private static void requireFile(CallState callState, int fd, Path path, long buffer)
            throws IOException {
        boolean readable = Libc.read(callState.segment(), fd, buffer, 0) == 0;
        boolean seekable = readable
                && LibcFiles.lseek(callState.segment(), fd, 0, SystemConstants.SEEK_SET) >= 0;
        if (!seekable) {
            int errno = callState.errno();
            Libc.close(callState.segment(), fd);
            throw failure(path, errno);
        }
    }

    /** The bytes of the path as the kernel has them: only its URI has them whatever the encoding is. */
    private static MemorySegment nameOf(Path path, Arena arena) {
        byte[] encoded = path.toUri().getRawPath().getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream name = new ByteArrayOutputStream(encoded.length + 1);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] == '%') {
                int high = Character.digit(encoded[i + 1], 16);
                name.write(high << 4 | Character.digit(encoded[i + 2], 16));
                i += 2;
            } else {
                name.write(encoded[i]);
            }
        }
        name.write(0);
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, name.toByteArray());
    }

    @Override
    public long size(long handle, Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            CallState callState = new CallState(arena);
            long size = LibcFiles.lseek(
                    callState.segment(), (int) handle, 0, SystemConstants.SEEK_END);
            if (size < 0) {
                throw failure(path, callState.errno());
            }
            return size;
        }
    }

    @Override
    public void close(long handle) {
        // Of a file that was only read no error is of interest, and the descriptor is gone anyway.
        LinuxSockets.closeOnAnyThread((int) handle);
    }

    private static IOException failure(Path path, int errno) {
        return switch (errno) {
            case Errno.ENOENT, Errno.ENOTDIR -> new NoSuchFileException(path.toString());
            case Errno.EACCES, Errno.EPERM -> new AccessDeniedException(path.toString());
            case Errno.EISDIR ->
                new FileSystemException(path.toString(), null, "is a directory, not a file");
            case Errno.ESPIPE ->
                new FileSystemException(path.toString(), null, "is a pipe, not a file");
            default ->
                new FileSystemException(path.toString(), null, LinuxErrors.describe(errno));
        };
    }
}
