package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.TcpInitialRto;
import dev.sluice.internal.ffi.windows.WindowsCallState;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Ws2;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Sets how often a connect is repeated. Windows sends another SYN even after the peer answered with
 * a reset, and reports a refused connect after about two seconds. On loopback, where nothing is
 * lost, repetition is switched off.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/winsock/sio-tcp-initial-rto">
 *     SIO_TCP_INITIAL_RTO</a>
 */
final class SynRetransmissions {
    /** The fewest retransmissions that builds before 1709 accept; later builds accept none. */
    private static final int FEWEST = 1;

    private final WindowsCallState callState;

    /** The input of the call, then the number of bytes that it returned. */
    private final MemorySegment memory =
            Arena.ofAuto().allocate(TcpInitialRto.SIZE + Integer.BYTES, Integer.BYTES);

    SynRetransmissions(WindowsCallState callState) {
        this.callState = callState;
    }

    /**
     * Sets what suits the destination of the next connect. If Windows refuses the setting, the
     * connect only takes longer, so the result is ignored.
     */
    void prepare(IocpChannel channel, boolean loopback) {
        if (channel.failsAtOnce == loopback) {
            return;
        }
        if (loopback) {
            encodeFewest(memory.address(), WindowsVersion.build());
        } else {
            encodeDefault(memory.address());
        }
        channel.failsAtOnce = loopback;
        callState.calls().addOther();
        Ws2.WSAIoctl(
                callState.segment(),
                channel.handle,
                WinsockConstants.SIO_TCP_INITIAL_RTO,
                memory.address(),
                TcpInitialRto.SIZE,
                0,
                0,
                memory.address() + TcpInitialRto.SIZE,
                0,
                0);
    }

    /** Writes the fewest retransmissions; the initial round trip time stays the machine's. */
    static void encodeFewest(long parameters, int build) {
        boolean none = build >= WindowsVersion.BUILD_1709;
        encode(
                parameters,
                WinsockConstants.TCP_INITIAL_RTO_UNSPECIFIED_RTT,
                none ? WinsockConstants.TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS : FEWEST);
    }

    static void encodeDefault(long parameters) {
        encode(
                parameters,
                WinsockConstants.TCP_INITIAL_RTO_DEFAULT_RTT,
                WinsockConstants.TCP_INITIAL_RTO_DEFAULT_MAX_SYN_RETRANSMISSIONS);
    }

    private static void encode(long parameters, int rttMillis, int retransmissions) {
        Memory.setInt(parameters, 0);
        Memory.setShort(parameters + TcpInitialRto.RTT, (short) rttMillis);
        Memory.setByte(
                parameters + TcpInitialRto.MAXSYNRETRANSMISSIONS, (byte) retransmissions);
    }
}
