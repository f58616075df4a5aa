package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.windows.StructLinger;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WindowsCallState;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.Ws2;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.RawAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the portable socket options. An option that Windows lacks fails with
 * WSAENOPROTOOPT, which is UNSUPPORTED. What differs from Linux:
 *
 * <ul>
 *   <li>REUSEADDR and REUSEPORT: not offered, since SO_REUSEADDR of Windows lets another process
 *       take over a port that is in use. A listener binds again over connections in TIME_WAIT
 *       without it.
 *   <li>LINGER_SECONDS: at most 65535.
 *   <li>USER_TIMEOUT_MILLIS: TCP_MAXRTMS, or TCP_MAXRT in seconds on systems before Windows 10 2004.
 *   <li>UDP_GRO: UDP_RECV_MAX_COALESCED_SIZE with the most that UDP carries.
 *   <li>SNDBUF and RCVBUF: reported as they were set.
 *   <li>TRAFFIC_CLASS: not offered, since Windows ignores IP_TOS and yet reports success; DSCP is a
 *       matter of its policies there.
 *   <li>MULTICAST_LOOP: a matter of the receiving socket.
 *   <li>MULTICAST_INTERFACE of IPv4: an index is an address of 0.0.0.0/8 in network order.
 * </ul>
 *
 * <p>An IPv6 socket that is not V6ONLY carries IPv4 as well, so that options which both protocols have
 * are set for both.
 *
 * @see <a
 *     href="https://learn.microsoft.com/en-us/windows/win32/winsock/using-so-reuseaddr-and-so-exclusiveaddruse">
 *     SO_REUSEADDR and SO_EXCLUSIVEADDRUSE</a>
 */
final class WindowsOptions {
    private static final int NONE = WindowsOptionNames.NONE;
    private static final int MOST_LINGER_SECONDS = 0xFFFF;
    private static final int MILLIS_PER_SECOND = 1000;

    /** The most that UDP carries: 65,535 bytes without its header. */
    private static final int MOST_COALESCED_BYTES = 65_527;

    private static final int LENGTH = Integer.BYTES;

    private final WindowsCallState callState;
    private final MemorySegment memory;
    private final long value;
    private int lastError;

    WindowsOptions(Arena arena, WindowsCallState callState) {
        this.callState = callState;
        this.memory = arena.allocate(2L * Integer.BYTES, Integer.BYTES);
        this.value = memory.address();
    }

    /** Sets an option of a socket of a family; returns the error code, or 0. */
    int set(long socket, int family, OptionId option, int wanted) {
        int name = family == RawAddress.IPV6 ? WindowsOptionNames.ipv6Name(option) : NONE;
        if (name == NONE) {
            return set(socket, option, wanted);
        }
        int error = setInt(socket, WinsockConstants.IPPROTO_IPV6, name, wanted);
        if (error != 0 || get(socket, OptionId.V6ONLY) != 0) {
            return error;
        }
        return set(socket, option, wanted);
    }

    /** Sets an option, of what IP and IPv6 both have that of IP; returns the error code, or 0. */
    int set(long socket, OptionId option, int wanted) {
        if (option == OptionId.LINGER_SECONDS) {
            return setLinger(socket, wanted);
        }
        if (option == OptionId.UDP_GRO) {
            return setCoalescing(socket, wanted != 0);
        }
        if (option == OptionId.USER_TIMEOUT_MILLIS) {
            int error = setInt(
                    socket, WinsockConstants.IPPROTO_TCP, WinsockConstants.TCP_MAXRTMS, wanted);
            return error == 0
                    ? 0
                    : setInt(
                            socket,
                            WinsockConstants.IPPROTO_TCP,
                            WinsockConstants.TCP_MAXRT,
                            Math.ceilDiv(wanted, MILLIS_PER_SECOND));
        }
        int name = WindowsOptionNames.name(option);
        if (name == NONE) {
            return WinError.WSAENOPROTOOPT;
        }
        int value = option == OptionId.MULTICAST_INTERFACE ? Integer.reverseBytes(wanted) : wanted;
        return setInt(socket, WindowsOptionNames.level(option), name, value);
    }

    /** Any error means that the system does not have the option: the values are right. */
    private int setCoalescing(long socket, boolean wanted) {
        int error = setInt(
                socket,
                WinsockConstants.IPPROTO_UDP,
                WinsockConstants.UDP_RECV_MAX_COALESCED_SIZE,
                wanted ? MOST_COALESCED_BYTES : 0);
        return error == 0 ? 0 : WinError.WSAENOPROTOOPT;
    }

    /** Returns true if an int option of the socket can be read. */
    boolean has(long socket, int level, int name) {
        getInt(socket, level, name);
        return lastError == 0;
    }

    private int setLinger(long socket, int seconds) {
        if (seconds < -1 || seconds > MOST_LINGER_SECONDS) {
            return WinError.WSAEINVAL;
        }
        Memory.setShort(value + StructLinger.L_ONOFF, (short) (seconds < 0 ? 0 : 1));
        Memory.setShort(value + StructLinger.L_LINGER, (short) Math.max(seconds, 0));
        callState.calls().addOther();
        int result = Ws2.setsockopt(
                callState.segment(), socket, WinsockConstants.SOL_SOCKET,
                WinsockConstants.SO_LINGER, value, StructLinger.SIZE);
        return result == 0 ? 0 : callState.wsaGetLastError();
    }

    /** Sets any option whose value is an int; returns the error code, or 0. */
    int setInt(long socket, int level, int name, int wanted) {
        Memory.setInt(value, wanted);
        callState.calls().addOther();
        int result = Ws2.setsockopt(
                callState.segment(), socket, level, name, value, Integer.BYTES);
        return result == 0 ? 0 : callState.wsaGetLastError();
    }

    /** Sets an option whose value is a socket: the two contexts; returns the error code, or 0. */
    int setSocket(long socket, int name, long other) {
        Memory.setLong(value, other);
        callState.calls().addOther();
        int result = Ws2.setsockopt(
                callState.segment(), socket, WinsockConstants.SOL_SOCKET, name, value,
                other == 0 ? 0 : Long.BYTES);
        return result == 0 ? 0 : callState.wsaGetLastError();
    }

    /**
     * Reads an option. {@link #lastError} is 0 afterwards if that worked.
     *
     * @return the value, or -1 if it could not be read
     */
    int get(long socket, OptionId option) {
        if (option == OptionId.LINGER_SECONDS) {
            int got = getInt(socket, WinsockConstants.SOL_SOCKET, WinsockConstants.SO_LINGER);
            if (lastError != 0 || Memory.getShort(value + StructLinger.L_ONOFF) == 0) {
                return -1;
            }
            return got >>> Short.SIZE;
        }
        if (option == OptionId.USER_TIMEOUT_MILLIS) {
            int millis = getInt(socket, WinsockConstants.IPPROTO_TCP, WinsockConstants.TCP_MAXRTMS);
            if (lastError == 0) {
                return millis;
            }
            int seconds = getInt(socket, WinsockConstants.IPPROTO_TCP, WinsockConstants.TCP_MAXRT);
            return lastError == 0 ? seconds * MILLIS_PER_SECOND : -1;
        }
        int name = WindowsOptionNames.name(option);
        if (name == NONE) {
            lastError = WinError.WSAENOPROTOOPT;
            return -1;
        }
        int got = getInt(socket, WindowsOptionNames.level(option), name);
        boolean swapped = option == OptionId.MULTICAST_INTERFACE && lastError == 0;
        return swapped ? Integer.reverseBytes(got) : got;
    }

    /** Sets an option whose value has any length; returns the error code, or 0. */
    int set(long socket, int level, int name, byte[] wanted) {
        try (Arena arena = Arena.ofConfined()) {
            long copy = arena.allocate(Math.max(wanted.length, 1), Long.BYTES).address();
            Memory.copyIn(wanted, 0, copy, wanted.length);
            return set(socket, level, name, copy, wanted.length);
        }
    }

    /** Sets an option to the value at {@code from}; returns the error code, or 0. */
    int set(long socket, int level, int name, long from, int length) {
        callState.calls().addOther();
        int result = Ws2.setsockopt(callState.segment(), socket, level, name, from, length);
        return result == 0 ? 0 : callState.wsaGetLastError();
    }

    /** Reads an option whose value has any length; null with the cause in {@link #lastError}. */
    byte @Nullable [] get(long socket, int level, int name, int maxBytes) {
        Memory.setInt(value + LENGTH, maxBytes);
        try (Arena arena = Arena.ofConfined()) {
            long into = arena.allocate(maxBytes, Long.BYTES).address();
            callState.calls().addOther();
            int result = Ws2.getsockopt(
                    callState.segment(), socket, level, name, into, value + LENGTH);
            lastError = result == 0 ? 0 : callState.wsaGetLastError();
            if (result != 0) {
                return null;
            }
            byte[] got = new byte[Math.min(Memory.getInt(value + LENGTH), maxBytes)];
            Memory.copyOut(into, got, 0, got.length);
            return got;
        }
    }

    /** As {@link #get(long, OptionId)}, of a socket of a family. */
    int get(long socket, int family, OptionId option) {
        int name = family == RawAddress.IPV6 ? WindowsOptionNames.ipv6Name(option) : NONE;
        return name == NONE
                ? get(socket, option)
                : getInt(socket, WinsockConstants.IPPROTO_IPV6, name);
    }

    private int getInt(long socket, int level, int name) {
        // Windows may return a flag as one byte.
        Memory.setInt(value, 0);
        Memory.setInt(value + LENGTH, Integer.BYTES);
        callState.calls().addOther();
        int result = Ws2.getsockopt(
                callState.segment(), socket, level, name, value, value + LENGTH);
        lastError = result == 0 ? 0 : callState.wsaGetLastError();
        return result == 0 ? Memory.getInt(value) : -1;
    }

    /** The error code of the last {@link #get}; 0 if it succeeded. */
    int lastError() {
        return lastError;
    }

    /** True if Windows has the option; a test compares the documentation with the answers. */
    static boolean isOffered(OptionId option) {
        return option == OptionId.LINGER_SECONDS
                || option == OptionId.USER_TIMEOUT_MILLIS
                || WindowsOptionNames.name(option) != NONE;
    }
}
