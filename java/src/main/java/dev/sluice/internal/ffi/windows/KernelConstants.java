package dev.sluice.internal.ffi.windows;

/**
 * Constants of completion ports, files and memory: {@code <winbase.h>}, {@code <winnt.h>}.
 */
public final class KernelConstants {
    // handles and waits
    public static final long INVALID_HANDLE_VALUE = -1;
    public static final int INFINITE = 0xFFFFFFFF;
    public static final int WAIT_TIMEOUT = 258;

    // SetHandleInformation
    public static final int HANDLE_FLAG_INHERIT = 1;

    // SetFileCompletionNotificationModes
    public static final int FILE_SKIP_COMPLETION_PORT_ON_SUCCESS = 1;
    public static final int FILE_SKIP_SET_EVENT_ON_HANDLE = 2;

    // CreateFileW
    public static final int GENERIC_READ = 0x80000000;
    public static final int FILE_SHARE_READ = 1;
    public static final int FILE_SHARE_WRITE = 2;
    public static final int FILE_SHARE_DELETE = 4;
    public static final int OPEN_EXISTING = 3;
    public static final int FILE_FLAG_SEQUENTIAL_SCAN = 0x08000000;

    // VirtualAlloc
    public static final int MEM_COMMIT = 0x1000;
    public static final int MEM_RESERVE = 0x2000;
    public static final int MEM_RELEASE = 0x8000;
    public static final int PAGE_READWRITE = 4;

    private KernelConstants() {}
}
