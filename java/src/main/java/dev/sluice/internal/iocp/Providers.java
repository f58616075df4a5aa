package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.ffi.windows.WsaProtocolInfo;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Setting;
import java.lang.foreign.Arena;

/**
 * Finds out whether FILE_SKIP_COMPLETION_PORT_ON_SUCCESS may be used: only if the sockets of every
 * provider on this machine are true handles of the operating system (XP1_IFS_HANDLES). The sockets
 * of a layered provider are not, and could post packets that are not expected. The system property
 * {@code sluice.iocp.skip_packets=off} or the environment variable
 * {@code SLUICE_IOCP_SKIP_PACKETS=off} forbids it as well.
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/api/winbase/nf-winbase-setfilecompletionnotificationmodes">
 *     SetFileCompletionNotificationModes</a>
 */
final class Providers {
    private static final boolean MAY_SKIP_PACKETS = look();

    private Providers() {}

    /** True if packets may be skipped. Winsock must have been started before the first call. */
    static boolean maySkipPackets() {
        return MAY_SKIP_PACKETS && switchedOffBy().isEmpty();
    }

    /** The setting that forbids skipping, or empty. */
    static String switchedOffBy() {
        return Setting.switchedOffBy("sluice.iocp.skip_packets", "SLUICE_IOCP_SKIP_PACKETS");
    }

    private static boolean look() {
        WindowsSockets sockets = new WindowsSockets();
        return isIfs(sockets, RawAddress.IPV4) && isIfs(sockets, RawAddress.IPV6);
    }

    /**
     * Checks a stream socket, since datagram sockets always post their packets. Also true if no
     * such socket can be opened: then no later one can be opened either.
     */
    private static boolean isIfs(WindowsSockets sockets, int family) {
        long socket = sockets.socket(family, true);
        if (socket == WinsockConstants.INVALID_SOCKET) {
            return true;
        }
        try (Arena arena = Arena.ofConfined()) {
            long info = arena.allocate(WsaProtocolInfo.SIZE + Long.BYTES, Long.BYTES).address();
            long length = info + WsaProtocolInfo.SIZE;
            Memory.setInt(length, WsaProtocolInfo.SIZE);
            int result =
                    Ws2.getsockopt(
                            sockets.capture(),
                            socket,
                            WinsockConstants.SOL_SOCKET,
                            WinsockConstants.SO_PROTOCOL_INFOW,
                            info,
                            length);
            int flags = Memory.getInt(info + WsaProtocolInfo.DWSERVICEFLAGS1);
            return result == 0 && (flags & WinsockConstants.XP1_IFS_HANDLES) != 0;
        } finally {
            sockets.closeHandle(socket);
        }
    }
}
