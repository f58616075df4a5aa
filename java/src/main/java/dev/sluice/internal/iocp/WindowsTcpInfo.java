package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.TcpInfoV0;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WindowsCallState;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.TcpSnapshot;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the kernel knows of a connection.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/winsock/sio-tcp-info">
 *     SIO_TCP_INFO</a>
 */
final class WindowsTcpInfo {
    private final WindowsCallState callState;

    /** The answer, the requested version of it, and the number of bytes that were written. */
    private final MemorySegment memory =
            Arena.ofAuto().allocate(TcpInfoV0.SIZE + 2L * Integer.BYTES, Long.BYTES);

    private final long answer = memory.address();

    WindowsTcpInfo(WindowsCallState callState) {
        this.callState = callState;
    }

    TcpSnapshot of(Channel channel) throws NativeFailure {
        if (!channel.stream) {
            throw WindowsTryCalls.failure("SIO_TCP_INFO", WinError.WSAEOPNOTSUPP);
        }
        long version = answer + TcpInfoV0.SIZE;
        Memory.setInt(version, 0);
        callState.calls().addOther();
        int result =
                Ws2.WSAIoctl(
                        callState.segment(),
                        channel.handle,
                        WinsockConstants.SIO_TCP_INFO,
                        version,
                        Integer.BYTES,
                        answer,
                        TcpInfoV0.SIZE,
                        version + Integer.BYTES,
                        0,
                        0);
        if (result != 0) {
            throw WindowsTryCalls.failure("SIO_TCP_INFO", callState.wsaGetLastError());
        }
        return new TcpSnapshot(
                Memory.getInt(answer + TcpInfoV0.STATE),
                unsigned(TcpInfoV0.RTTUS),
                -1,
                unsigned(TcpInfoV0.CWND),
                -1,
                -1,
                unsigned(TcpInfoV0.BYTESINFLIGHT));
    }

    private long unsigned(int offset) {
        return Integer.toUnsignedLong(Memory.getInt(answer + offset));
    }
}
