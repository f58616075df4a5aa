package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.Kernel32;
import dev.sluice.internal.ffi.windows.KernelConstants;
import dev.sluice.internal.ffi.windows.WindowsCallState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Committed pages, which the system gives only when they are first touched. */
final class WindowsPages {
    private WindowsPages() {}

    /** Pages that are given back when the arena closes. */
    @SuppressWarnings("restricted") // The bytes are ours: VirtualAlloc has just given them.
    static MemorySegment allocate(WindowsCallState callState, long bytes, Arena arena) {
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
