package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.ffi.linux.StructLinger;
import dev.sluice.internal.spi.OptionId;
import java.lang.foreign.Arena;

/**
 * Reads and writes the portable socket options.
 *
 * <p>The kernel checks values and sockets, and callers get its error number. An option of another kind of
 * socket is ENOPROTOOPT or EOPNOTSUPP, which is UNSUPPORTED. Some options may surprise:
 *
 * <ul>
 *   <li>SNDBUF and RCVBUF: Linux keeps twice what was set, for its own bookkeeping, within the bounds
 *       of net.core.wmem_max and rmem_max; {@link #get} returns that. See socket(7).
 *   <li>QUICKACK is a mode that the kernel leaves by itself. See tcp(7).
 *   <li>NOTSENT_LOWAT: reads 0 until it was set; the sysctl's limit holds then.
 *   <li>LINGER_SECONDS: the kernel counts ticks and shortens very long times.
 * </ul>
 *
 * <p>One instance belongs to one thread at a time: it holds the memory for the values.
 */
public final class LinuxOptions {
    private static final int VALUE = 0;
    private static final int LENGTH = StructLinger.SIZE;

    private final CallState callState;
    private final long memory;
    private int lastErrno;

    /** Allocates the memory for values from {@code arena}; errors go through {@code callState}. */
    public LinuxOptions(Arena arena, CallState callState) {
        this.callState = callState;
        memory = arena.allocate(LENGTH + Integer.BYTES, Integer.BYTES).address();
    }

    /**
     * Sets an option.
     *
     * @return 0, or the error number
     */
    public int set(int fd, OptionId option, int value) {
        int size = Integer.BYTES;
        if (option == OptionId.LINGER_SECONDS) {
            if (value < -1) {
                return Errno.EINVAL;
            }
            Memory.setInt(memory + StructLinger.L_ONOFF, value < 0 ? 0 : 1);
            Memory.setInt(memory + StructLinger.L_LINGER, Math.max(value, 0));
            size = StructLinger.SIZE;
        } else {
            Memory.setInt(memory + VALUE, value);
        }
        int result = Libc.setsockopt(
                callState.segment(), fd, level(option), name(option), memory + VALUE, size);
        return result < 0 ? callState.errno() : 0;
    }

    /**
     * Reads an option; {@link #lastErrno} is 0 if that succeeded.
     *
     * @return the value, or -1 if it could not be read
     */
    public int get(int fd, OptionId option) {
        boolean linger = option == OptionId.LINGER_SECONDS;
        Memory.setInt(memory + LENGTH, linger ? StructLinger.SIZE : Integer.BYTES);
        int result = Libc.getsockopt(
                callState.segment(), fd, level(option), name(option), memory + VALUE,
                memory + LENGTH);
        if (result < 0) {
            lastErrno = callState.errno();
            return -1;
        }
        lastErrno = 0;
        if (linger) {
            return Memory.getInt(memory + StructLinger.L_ONOFF) == 0
                    ? -1
                    : Memory.getInt(memory + StructLinger.L_LINGER);
        }
        return Memory.getInt(memory + VALUE);
    }

    /** Returns the error number of the last {@link #get}, 0 if it succeeded. */
    public int lastErrno() {
        return lastErrno;
    }

    /**
     * Reads and clears the pending error of a socket, SO_ERROR: how a connect ended.
     *
     * @return 0 or the error number; the error of the read itself if it fails
     */
    public int takeError(int fd) {
        Memory.setInt(memory + LENGTH, Integer.BYTES);
        int result = Libc.getsockopt(
                callState.segment(), fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_ERROR,
                memory + VALUE, memory + LENGTH);
        return result < 0 ? callState.errno() : Memory.getInt(memory + VALUE);
    }

    /** Returns the error number with which the kernel refuses to read an int option; 0 if it has it. */
    public int errnoOf(int fd, int level, int name) {
        Memory.setInt(memory + LENGTH, Integer.BYTES);
        int result = Libc.getsockopt(
                callState.segment(), fd, level, name, memory + VALUE, memory + LENGTH);
        return result < 0 ? callState.errno() : 0;
    }

    /** Returns the level of an option for setsockopt(2). */
    static int level(OptionId option) {
        return switch (option) {
            case REUSEADDR, REUSEPORT, KEEPALIVE, LINGER_SECONDS, SNDBUF, RCVBUF, BROADCAST ->
                SocketConstants.SOL_SOCKET;
            case NODELAY, KEEPALIVE_IDLE_SECONDS, KEEPALIVE_INTERVAL_SECONDS, KEEPALIVE_COUNT,
                    USER_TIMEOUT_MILLIS, NOTSENT_LOWAT, QUICKACK, FASTOPEN, FASTOPEN_CONNECT ->
                SocketConstants.IPPROTO_TCP;
            case V6ONLY -> SocketConstants.IPPROTO_IPV6;
            case BIND_ADDRESS_NO_PORT -> SocketConstants.IPPROTO_IP;
            case UDP_GRO -> SocketConstants.IPPROTO_UDP;
        };
    }

    /** Returns the name of an option within its level, for setsockopt(2). */
    static int name(OptionId option) {
        return switch (option) {
            case REUSEADDR -> SocketConstants.SO_REUSEADDR;
            case REUSEPORT -> SocketConstants.SO_REUSEPORT;
            case NODELAY -> SocketConstants.TCP_NODELAY;
            case KEEPALIVE -> SocketConstants.SO_KEEPALIVE;
            case KEEPALIVE_IDLE_SECONDS -> SocketConstants.TCP_KEEPIDLE;
            case KEEPALIVE_INTERVAL_SECONDS -> SocketConstants.TCP_KEEPINTVL;
            case KEEPALIVE_COUNT -> SocketConstants.TCP_KEEPCNT;
            case LINGER_SECONDS -> SocketConstants.SO_LINGER;
            case SNDBUF -> SocketConstants.SO_SNDBUF;
            case RCVBUF -> SocketConstants.SO_RCVBUF;
            case USER_TIMEOUT_MILLIS -> SocketConstants.TCP_USER_TIMEOUT;
            case NOTSENT_LOWAT -> SocketConstants.TCP_NOTSENT_LOWAT;
            case QUICKACK -> SocketConstants.TCP_QUICKACK;
            case FASTOPEN -> SocketConstants.TCP_FASTOPEN;
            case FASTOPEN_CONNECT -> SocketConstants.TCP_FASTOPEN_CONNECT;
            case V6ONLY -> SocketConstants.IPV6_V6ONLY;
            case BIND_ADDRESS_NO_PORT -> SocketConstants.IP_BIND_ADDRESS_NO_PORT;
            case BROADCAST -> SocketConstants.SO_BROADCAST;
            case UDP_GRO -> SocketConstants.UDP_GRO;
        };
    }
}
