package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.WindowsCallState;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.ffi.windows.WsaData;
import dev.sluice.internal.spi.NativeFailure;
import java.lang.foreign.Arena;

/**
 * WSAStartup and WSACleanup, counted for the process: each port holds one count, and so does each
 * socket that may outlive its port (detached, or closing on another thread). With the last cleanup
 * Windows would take every socket of the process away.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/winsock2/nf-winsock2-wsacleanup">
 *     WSACleanup</a>
 */
final class Winsock {
    private static final int VERSION_2_2 = 0x0202;

    private static int count;

    private Winsock() {}

    /** Takes one count; the first one starts Winsock. */
    static synchronized void acquire() throws NativeFailure {
        if (count == 0) {
            try (Arena arena = Arena.ofConfined()) {
                WindowsCallState callState = new WindowsCallState(arena);
                long data = arena.allocate(WsaData.SIZE, Long.BYTES).address();
                int error = Ws2.WSAStartup(callState.segment(), VERSION_2_2, data);
                if (error != 0) {
                    throw WindowsSockets.failure("WSAStartup", error);
                }
            }
        }
        count++;
    }

    /** Takes one count where there is one already, which cannot fail. */
    static synchronized void acquireMore() {
        assert count > 0 : "Winsock was not started";
        count++;
    }

    /** Gives one count back; the last one ends Winsock. */
    static synchronized void release() {
        assert count > 0 : "Winsock was not started";
        count--;
        if (count == 0) {
            try (Arena arena = Arena.ofConfined()) {
                // It can fail only if it was not started.
                Ws2.WSACleanup(new WindowsCallState(arena).segment());
            }
        }
    }
}
