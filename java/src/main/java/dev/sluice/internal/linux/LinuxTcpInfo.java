package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.ffi.linux.TcpInfo;
import dev.sluice.internal.spi.TcpSnapshot;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the kernel knows of a TCP connection: TCP_INFO of tcp(7), and SIOCOUTQ for the send queue.
 * An instance belongs to one thread at a time: it holds the memory for the result.
 */
public final class LinuxTcpInfo {
    private static final long NOT_OFFERED = -1;

    private final CallState callState;
    private final long info;
    private final long number;

    /** Allocates the memory for results from {@code arena}; errors go to {@code callState}. */
    public LinuxTcpInfo(Arena arena, CallState callState) {
        this.callState = callState;
        info = arena.allocate(TcpInfo.SIZE, Long.BYTES).address();
        number = arena.allocate(Integer.BYTES, Integer.BYTES).address();
    }

    /**
     * Reads the figures of one moment.
     *
     * @return null if the call failed; the call state has the error number then
     */
    public @Nullable TcpSnapshot read(int fd) {
        Memory.setInt(number, TcpInfo.SIZE);
        callState.calls().addOther();
        int result = Libc.getsockopt(
                callState.segment(), fd, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_INFO,
                info, number);
        if (result < 0) {
            return null;
        }
        // An older kernel knows fewer fields and returns how many bytes it filled.
        int filled = Memory.getInt(number);
        long congestionWindow = unsigned(TcpInfo.TCPI_SND_CWND, filled);
        if (congestionWindow != NOT_OFFERED) {
            congestionWindow *= unsigned(TcpInfo.TCPI_SND_MSS, filled);
        }
        return new TcpSnapshot(
                Byte.toUnsignedInt(Memory.getByte(info + TcpInfo.TCPI_STATE)),
                unsigned(TcpInfo.TCPI_RTT, filled),
                unsigned(TcpInfo.TCPI_RTTVAR, filled),
                congestionWindow,
                unsigned(TcpInfo.TCPI_TOTAL_RETRANS, filled),
                unsigned(TcpInfo.TCPI_NOTSENT_BYTES, filled),
                bytesUnacknowledged(fd));
    }

    private long unsigned(int offset, int filled) {
        return offset + Integer.BYTES <= filled
                ? Integer.toUnsignedLong(Memory.getInt(info + offset))
                : NOT_OFFERED;
    }

    /** Returns the bytes in the send queue, -1 if unknown; a listener has none and fails with EINVAL. */
    long bytesUnacknowledged(int fd) {
        callState.calls().addOther();
        int result = Libc.ioctl(callState.segment(), fd, SocketConstants.SIOCOUTQ, number);
        return result < 0 ? NOT_OFFERED : Memory.getInt(number);
    }
}
