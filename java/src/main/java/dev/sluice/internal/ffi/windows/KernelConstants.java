package dev.sluice.internal.ffi.windows;

/**
 * Constants of completion ports and memory: {@code <winbase.h>}, {@code <winnt.h>}.
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

    // VirtualAlloc
    public static final int MEM_COMMIT = 0x1000;
    public static final int MEM_RESERVE = 0x2000;
    public static final int MEM_RELEASE = 0x8000;
    public static final int PAGE_READWRITE = 4;

    private KernelConstants() {}
}
