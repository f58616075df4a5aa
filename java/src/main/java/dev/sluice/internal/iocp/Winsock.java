package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.WindowsCallState;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.ffi.windows.WsaData;
import dev.sluice.internal.spi.NativeFailure;
import java.lang.foreign.Arena;

/**
 * WSAStartup, once per process and without WSACleanup. The extension functions ({@link
 * dev.sluice.internal.ffi.windows.Mswsock}) belong to a provider that Windows may unload at the
 * last cleanup, while their addresses are kept for the life of the process. A cleanup would also
 * close every socket of the process. Winsock ends with the process.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/winsock2/nf-winsock2-wsacleanup">
 *     WSACleanup</a>
 */
final class Winsock {
    private static final int VERSION_2_2 = 0x0202;

    private static boolean started;

    private Winsock() {}

    /** Starts Winsock unless it is started; after a failure the next call tries again. */
    static synchronized void start() throws NativeFailure {
        if (started) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            WindowsCallState callState = new WindowsCallState(arena);
            long data = arena.allocate(WsaData.SIZE, Long.BYTES).address();
            int error = Ws2.WSAStartup(callState.segment(), VERSION_2_2, data);
            if (error != 0) {
                throw WindowsTryCalls.failure("WSAStartup", error);
            }
        }
        started = true;
    }
}
