package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.TcpKeepalive;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WindowsCallState;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.spi.OptionId;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The times of keep-alive on systems before Windows 10 1709, which lack TCP_KEEPIDLE and
 * TCP_KEEPINTVL. SIO_KEEPALIVE_VALS sets both times at once and turns keep-alive on. So the times
 * are stored with the socket, and set while keep-alive is on.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/winsock/sio-keepalive-vals">
 *     SIO_KEEPALIVE_VALS</a>
 */
final class KeepAliveTimes {
    private static final int DEFAULT_IDLE_SECONDS = 7200;
    private static final int DEFAULT_INTERVAL_SECONDS = 1;
    private static final long MILLIS_PER_SECOND = 1000;

    private final WindowsCallState callState;
    private final WindowsOptions options;

    /** The input of the call, then the number of bytes that it returned. */
    private final MemorySegment memory =
            Arena.ofAuto().allocate(TcpKeepalive.SIZE + Integer.BYTES, Integer.BYTES);

    KeepAliveTimes(WindowsCallState callState, WindowsOptions options) {
        this.callState = callState;
        this.options = options;
    }

    /**
     * Completes the setting of an option.
     *
     * @param error the result of setting it
     * @return the error code, or 0
     */
    int afterSet(IocpChannel channel, OptionId option, int value, int error) {
        boolean unknown = error == WinError.WSAENOPROTOOPT && channel.stream;
        return switch (option) {
            case KEEPALIVE -> error == 0 && value != 0 && isSet(channel) ? apply(channel) : error;
            case KEEPALIVE_IDLE_SECONDS -> {
                if (unknown) {
                    channel.keepAliveIdleSeconds = value;
                }
                yield unknown ? applyIfOn(channel) : error;
            }
            case KEEPALIVE_INTERVAL_SECONDS -> {
                if (unknown) {
                    channel.keepAliveIntervalSeconds = value;
                }
                yield unknown ? applyIfOn(channel) : error;
            }
            default -> error;
        };
    }

    /** The time that was stored here, or 0. */
    static int get(IocpChannel channel, OptionId option) {
        return switch (option) {
            case KEEPALIVE_IDLE_SECONDS -> channel.keepAliveIdleSeconds;
            case KEEPALIVE_INTERVAL_SECONDS -> channel.keepAliveIntervalSeconds;
            default -> 0;
        };
    }

    /**
     * Gives an accepted socket the times of its listener. A failure is not reported: the connection
     * works without them.
     */
    void inherit(IocpChannel accepted, IocpChannel listener) {
        accepted.keepAliveIdleSeconds = listener.keepAliveIdleSeconds;
        accepted.keepAliveIntervalSeconds = listener.keepAliveIntervalSeconds;
        if (isSet(listener)) {
            applyIfOn(accepted);
        }
    }

    private static boolean isSet(IocpChannel channel) {
        return channel.keepAliveIdleSeconds != 0 || channel.keepAliveIntervalSeconds != 0;
    }

    private int applyIfOn(IocpChannel channel) {
        int on = options.get(channel.handle, OptionId.KEEPALIVE);
        if (options.lastError() != 0) {
            return options.lastError();
        }
        return on == 0 ? 0 : apply(channel);
    }

    private int apply(IocpChannel channel) {
        encode(memory.address(), channel.keepAliveIdleSeconds, channel.keepAliveIntervalSeconds);
        callState.calls().addOther();
        int result =
                Ws2.WSAIoctl(
                        callState.segment(),
                        channel.handle,
                        WinsockConstants.SIO_KEEPALIVE_VALS,
                        memory.address(),
                        TcpKeepalive.SIZE,
                        0,
                        0,
                        memory.address() + TcpKeepalive.SIZE,
                        0,
                        0);
        return result == 0 ? 0 : callState.wsaGetLastError();
    }

    /**
     * Writes the input of the call; a time of 0 was not set, so the default of Windows takes its
     * place.
     */
    static void encode(long values, int idleSeconds, int intervalSeconds) {
        Memory.setInt(values + TcpKeepalive.ONOFF, 1);
        Memory.setInt(
                values + TcpKeepalive.KEEPALIVETIME,
                millis(idleSeconds == 0 ? DEFAULT_IDLE_SECONDS : idleSeconds));
        Memory.setInt(
                values + TcpKeepalive.KEEPALIVEINTERVAL,
                millis(intervalSeconds == 0 ? DEFAULT_INTERVAL_SECONDS : intervalSeconds));
    }

    /** Converts to milliseconds, at most what an unsigned int holds: 49 days. */
    private static int millis(int seconds) {
        return (int) Math.min(seconds * MILLIS_PER_SECOND, 0xFFFF_FFFFL);
    }
}
