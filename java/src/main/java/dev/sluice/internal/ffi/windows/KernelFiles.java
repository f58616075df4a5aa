package dev.sluice.internal.ffi.windows;

import dev.sluice.internal.ffi.NativeLinker;
import java.lang.foreign.MemorySegment;

/**
 * Files of the library kernel32. The conventions are those of {@link Kernel32}; the functions are apart from
 * it so that a program which sends no file does not look them up.
 */
public final class KernelFiles {
    private static final MemorySegment CREATEFILEW = function("CreateFileW");
    private static final MemorySegment GETFILESIZEEX = function("GetFileSizeEx");

    private KernelFiles() {}

    private static MemorySegment function(String name) {
        return NativeLinker.function("kernel32", name);
    }

    /**
     * {@code HANDLE CreateFileW(LPCWSTR lpFileName, DWORD dwDesiredAccess, DWORD dwShareMode,
     * LPSECURITY_ATTRIBUTES lpSecurityAttributes, DWORD dwCreationDisposition, DWORD
     * dwFlagsAndAttributes, HANDLE hTemplateFile)}: INVALID_HANDLE_VALUE is a failure.
     */
    public static long CreateFileW(
            MemorySegment callState, long fileName, int access, int share, long security,
            int disposition, int flags, long template) {
        return WindowsCall.call(
                CREATEFILEW, callState, fileName, access, share, security, disposition, flags,
                template);
    }

    /** {@code BOOL GetFileSizeEx(HANDLE hFile, PLARGE_INTEGER lpFileSize)}. */
    public static int GetFileSizeEx(MemorySegment callState, long file, long size) {
        return (int) WindowsCall.call(GETFILESIZEEX, callState, file, size);
    }
}
