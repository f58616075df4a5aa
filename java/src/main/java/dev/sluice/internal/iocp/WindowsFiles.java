package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.Kernel32;
import dev.sluice.internal.ffi.windows.KernelConstants;
import dev.sluice.internal.ffi.windows.KernelFiles;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WindowsCallState;
import dev.sluice.internal.spi.FileCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Files for TransmitFile. They are shared with all other programs, which may also delete them, as files of
 * the JDK are.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/fileapi/nf-fileapi-createfilew">
 *     CreateFileW</a>
 */
final class WindowsFiles implements FileCalls {
    private static final int SHARE = KernelConstants.FILE_SHARE_READ
            | KernelConstants.FILE_SHARE_WRITE | KernelConstants.FILE_SHARE_DELETE;

    /** Longer paths need a prefix, below MAX_PATH with room for a name of the old form. */
    private static final int LONGEST_PLAIN_PATH = 247;

    @Override
    public long open(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            WindowsCallState callState = new WindowsCallState(arena);
            long name = arena.allocateFrom(nameOf(path), StandardCharsets.UTF_16LE).address();
            long handle = KernelFiles.CreateFileW(
                    callState.segment(), name, KernelConstants.GENERIC_READ, SHARE, 0,
                    KernelConstants.OPEN_EXISTING, KernelConstants.FILE_FLAG_SEQUENTIAL_SCAN, 0);
            if (handle == KernelConstants.INVALID_HANDLE_VALUE) {
                throw failure(path, callState.getLastError());
            }
            return handle;
        }
    }

    private static String nameOf(Path path) {
        String name = path.toAbsolutePath().normalize().toString();
        if (name.length() <= LONGEST_PLAIN_PATH || name.startsWith("\\\\?\\")) {
            return name;
        }
        boolean share = name.startsWith("\\\\");
        return share ? "\\\\?\\UNC" + name.substring(1) : "\\\\?\\" + name;
    }

    @Override
    public long size(long handle, Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            WindowsCallState callState = new WindowsCallState(arena);
            long size = arena.allocate(Long.BYTES, Long.BYTES).address();
            if (KernelFiles.GetFileSizeEx(callState.segment(), handle, size) == 0) {
                throw failure(path, callState.getLastError());
            }
            return Memory.getLong(size);
        }
    }

    @Override
    public void close(long handle) {
        try (Arena arena = Arena.ofConfined()) {
            Kernel32.CloseHandle(new WindowsCallState(arena).segment(), handle);
        }
    }

    private static IOException failure(Path path, int error) {
        String name = path.toString();
        return switch (error) {
            case WinError.ERROR_FILE_NOT_FOUND, WinError.ERROR_PATH_NOT_FOUND,
                    WinError.ERROR_INVALID_NAME ->
                new NoSuchFileException(name);
            case WinError.ERROR_ACCESS_DENIED ->
                Files.isDirectory(path)
                        ? new FileSystemException(name, null, "is a directory, not a file")
                        : new AccessDeniedException(name);
            default -> new FileSystemException(name, null, WindowsErrors.describe(error));
        };
    }
}
