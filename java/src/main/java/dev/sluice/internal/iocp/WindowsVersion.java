package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.Ntdll;
import dev.sluice.internal.ffi.windows.OsVersionInfo;
import dev.sluice.internal.ffi.windows.WindowsCallState;
import java.lang.foreign.Arena;

/**
 * The build of Windows. Some calls succeed on older builds without any effect; only the build
 * number shows which of the two happened.
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows-hardware/drivers/ddi/wdm/nf-wdm-rtlgetversion">
 *     RtlGetVersion</a>
 */
final class WindowsVersion {
    /** Windows 10 1709. */
    static final int BUILD_1709 = 16_299;

    private static final int BUILD = look();

    private WindowsVersion() {}

    /** The number of the build; 0 on Windows before 10. */
    static int build() {
        return BUILD;
    }

    private static int look() {
        try (Arena arena = Arena.ofConfined()) {
            long info = arena.allocate(OsVersionInfo.SIZE, Integer.BYTES).address();
            Memory.setInt(info + OsVersionInfo.DWOSVERSIONINFOSIZE, OsVersionInfo.SIZE);
            int status = Ntdll.RtlGetVersion(new WindowsCallState(arena).segment(), info);
            boolean newer = status == 0 && Memory.getInt(info + OsVersionInfo.DWMAJORVERSION) >= 10;
            return newer ? Memory.getInt(info + OsVersionInfo.DWBUILDNUMBER) : 0;
        }
    }
}
