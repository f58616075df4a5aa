package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.linux.LibcSystem;
import dev.sluice.internal.ffi.linux.SystemConstants;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Allocates anonymous pages, which take no memory until they are touched. */
public final class LinuxPages {
    private LinuxPages() {}

    /**
     * Maps pages until the arena closes.
     *
     * @throws OutOfMemoryError if the kernel refuses
     */
    @SuppressWarnings("restricted") // mmap has just returned these bytes, which nobody else has.
    public static MemorySegment allocate(long bytes, Arena arena) {
        CallState callState = new CallState(Arena.ofAuto());
        int protection = SystemConstants.PROT_READ | SystemConstants.PROT_WRITE;
        int kind = SystemConstants.MAP_PRIVATE | SystemConstants.MAP_ANONYMOUS;
        long pages = LibcSystem.mmap(callState.segment(), 0, bytes, protection, kind, -1, 0);
        if (pages == SystemConstants.MAP_FAILED) {
            throw new OutOfMemoryError(
                    "mmap of " + bytes + " bytes: " + LinuxErrors.describe(callState.errno()));
        }
        return MemorySegment.ofAddress(pages).reinterpret(bytes, arena, LinuxPages::free);
    }

    private static void free(MemorySegment pages) {
        CallState callState = new CallState(Arena.ofAuto());
        int result =
                LibcSystem.munmap(callState.segment(), pages.address(), pages.byteSize());
        assert result == 0 : "munmap: " + LinuxErrors.describe(callState.errno());
    }
}
