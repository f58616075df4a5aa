package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.Kernel32;
import dev.sluice.internal.ffi.windows.KernelConstants;
import dev.sluice.internal.ffi.windows.WindowsCallState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Allocates committed pages, which take no memory before they are touched. */
final class WindowsPages {
    private WindowsPages() {}

    /** Allocates pages until the arena closes. */
    @SuppressWarnings("restricted") // VirtualAlloc has just returned these bytes.
    static MemorySegment allocate(long bytes, Arena arena) {
        WindowsCallState callState = new WindowsCallState(Arena.ofAuto());
        int type = KernelConstants.MEM_RESERVE | KernelConstants.MEM_COMMIT;
        long pages =
                Kernel32.VirtualAlloc(
                        callState.segment(), 0, bytes, type, KernelConstants.PAGE_READWRITE);
        if (pages == 0) {
            throw new OutOfMemoryError(
                    "VirtualAlloc of "
                            + bytes
                            + " bytes: "
                            + WindowsErrors.describe(callState.getLastError()));
        }
        return MemorySegment.ofAddress(pages).reinterpret(bytes, arena, WindowsPages::free);
    }

    private static void free(MemorySegment pages) {
        WindowsCallState own = new WindowsCallState(Arena.ofAuto());
        int result =
                Kernel32.VirtualFree(
                        own.segment(), pages.address(), 0, KernelConstants.MEM_RELEASE);
        assert result != 0 : "VirtualFree: " + WindowsErrors.describe(own.getLastError());
    }
}
