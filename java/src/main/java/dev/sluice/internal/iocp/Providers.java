package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.ffi.windows.WsaProtocolInfo;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Setting;
import java.lang.foreign.Arena;

/**
 * Whether FILE_SKIP_COMPLETION_PORT_ON_SUCCESS may be used: only if the sockets of every provider
 * on this machine are true handles of the system (XP1_IFS_HANDLES). A layered provider's are not,
 * and packets could come that are not expected. The system property {@code
 * sluice.iocp.skip_packets=off} or the environment variable {@code SLUICE_IOCP_SKIP_PACKETS=off}
 * does without it as well.
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/api/winbase/nf-winbase-setfilecompletionnotificationmodes">
 *     SetFileCompletionNotificationModes</a>
 */
final class Providers {
    private static final boolean MAY_SKIP_PACKETS = look();

    private Providers() {}

    /** Winsock must have been started before the first call. */
    static boolean maySkipPackets() {
        return MAY_SKIP_PACKETS && switchedOffBy().isEmpty();
    }

    /** The setting that forbids it, or empty. */
    static String switchedOffBy() {
        return Setting.switchedOffBy("sluice.iocp.skip_packets", "SLUICE_IOCP_SKIP_PACKETS");
    }

    private static boolean look() {
        WindowsSockets sockets = new WindowsSockets();
        return isIfs(sockets, RawAddress.IPV4) && isIfs(sockets, RawAddress.IPV6);
    }

    /**
     * Of streams, as no datagram goes without its packet. True also where there is no such socket at all:
     * then none can be opened later either.
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
