package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.GroupReq;
import dev.sluice.internal.ffi.linux.GroupSourceReq;
import dev.sluice.internal.ffi.linux.IpMreqn;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.ffi.linux.StructLinger;
import dev.sluice.internal.spi.GroupMembership;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.RawAddress;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

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
 *   <li>DEFER_ACCEPT_SECONDS: rounded up to the times at which the kernel repeats its SYN-ACK.
 *   <li>MULTICAST_INTERFACE: of IPv4 the kernel reports an address and no index; reading it is
 *       EOPNOTSUPP.
 * </ul>
 *
 * <p>An IPv6 socket may carry IPv4 as well, so that options which both protocols have are set for both.
 *
 * <p>One instance belongs to one thread at a time: it holds the memory for the values.
 */
public final class LinuxOptions {
    private static final int VALUE = 0;
    private static final int LENGTH = IpMreqn.SIZE;

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
        int level = LinuxOptionNames.level(option);
        int name = LinuxOptionNames.name(option);
        if (option == OptionId.LINGER_SECONDS) {
            if (value < -1) {
                return Errno.EINVAL;
            }
            Memory.setInt(memory + StructLinger.L_ONOFF, value < 0 ? 0 : 1);
            Memory.setInt(memory + StructLinger.L_LINGER, Math.max(value, 0));
            return set(fd, level, name, StructLinger.SIZE);
        }
        if (option == OptionId.MULTICAST_INTERFACE) {
            Memory.setLong(memory, 0);
            Memory.setInt(memory + IpMreqn.IMR_IFINDEX, value);
            return set(fd, level, name, IpMreqn.SIZE);
        }
        Memory.setInt(memory + VALUE, toKernel(option, value));
        return set(fd, level, name, Integer.BYTES);
    }

    private int set(int fd, int level, int name, int size) {
        callState.calls().addOther();
        int result = Libc.setsockopt(
                callState.segment(), fd, level, name, memory + VALUE, size);
        return result < 0 ? callState.errno() : 0;
    }

    /**
     * Sets an option of a socket whose family is known, for IPv6 and IPv4 if it has both.
     *
     * @return 0, or the error number
     */
    public int set(int fd, int family, OptionId option, int value) {
        int name = family == RawAddress.IPV6 ? LinuxOptionNames.ipv6Name(option) : 0;
        if (name != 0) {
            Memory.setInt(memory + VALUE, toKernel(option, value));
            int errno = set(fd, SocketConstants.IPPROTO_IPV6, name, Integer.BYTES);
            if (errno != 0) {
                return errno;
            }
        }
        return set(fd, option, value);
    }

    private static int toKernel(OptionId option, int value) {
        if (option != OptionId.DONTFRAGMENT) {
            return value;
        }
        return value == 0 ? SocketConstants.IP_PMTUDISC_DONT : SocketConstants.IP_PMTUDISC_DO;
    }

    /** IP_PMTUDISC_PROBE forbids fragments as well. */
    private static int fromKernel(OptionId option, int value) {
        if (option != OptionId.DONTFRAGMENT) {
            return value;
        }
        boolean forbids = value == SocketConstants.IP_PMTUDISC_DO
                || value == SocketConstants.IP_PMTUDISC_PROBE;
        return forbids ? 1 : 0;
    }

    /**
     * Sets an option whose value has any length.
     *
     * @return 0, or the error number
     */
    public int set(int fd, int level, int name, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            long copy = arena.allocate(Math.max(value.length, 1), Long.BYTES).address();
            Memory.copyIn(value, 0, copy, value.length);
            callState.calls().addOther();
            int result = Libc.setsockopt(
                    callState.segment(), fd, level, name, copy, value.length);
            return result < 0 ? callState.errno() : 0;
        }
    }

    /**
     * Reads an option whose value has any length.
     *
     * @return the value, or null with the cause in {@link #lastErrno}
     */
    public byte @Nullable [] get(int fd, int level, int name, int maxBytes) {
        Memory.setInt(memory + LENGTH, maxBytes);
        try (Arena arena = Arena.ofConfined()) {
            long into = arena.allocate(maxBytes, Long.BYTES).address();
            callState.calls().addOther();
            int result = Libc.getsockopt(
                    callState.segment(), fd, level, name, into, memory + LENGTH);
            lastErrno = result < 0 ? callState.errno() : 0;
            if (result < 0) {
                return null;
            }
            byte[] value = new byte[Math.min(Memory.getInt(memory + LENGTH), maxBytes)];
            Memory.copyOut(into, value, 0, value.length);
            return value;
        }
    }

    /**
     * Joins or leaves a multicast group: RFC 3678, whose options are the same for both families.
     *
     * @return 0, or the error number
     */
    public int changeMembership(int fd, boolean join, GroupMembership membership) {
        RawAddress source = membership.source();
        RawAddress group = membership.group();
        int level = group.family == RawAddress.IPV6
                ? SocketConstants.IPPROTO_IPV6
                : SocketConstants.IPPROTO_IP;
        try (Arena arena = Arena.ofConfined()) {
            long request = arena.allocate(GroupSourceReq.SIZE, Long.BYTES).address();
            Memory.setInt(request + GroupReq.GR_INTERFACE, membership.interfaceIndex());
            LinuxSockaddr.encode(group, group.family, request + GroupReq.GR_GROUP);
            int name;
            int size;
            if (source == null) {
                name = join ? SocketConstants.MCAST_JOIN_GROUP : SocketConstants.MCAST_LEAVE_GROUP;
                size = GroupReq.SIZE;
            } else {
                LinuxSockaddr.encode(source, source.family, request + GroupSourceReq.GSR_SOURCE);
                name = join
                        ? SocketConstants.MCAST_JOIN_SOURCE_GROUP
                        : SocketConstants.MCAST_LEAVE_SOURCE_GROUP;
                size = GroupSourceReq.SIZE;
            }
            callState.calls().addOther();
            int result = Libc.setsockopt(callState.segment(), fd, level, name, request, size);
            return result < 0 ? callState.errno() : 0;
        }
    }

    /**
     * Reads an option; {@link #lastErrno} is 0 if that succeeded.
     *
     * @return the value, or -1 if it could not be read
     */
    public int get(int fd, OptionId option) {
        return get(fd, RawAddress.IPV4, option);
    }

    /** As {@link #get(int, OptionId)} of a socket whose family is known. */
    public int get(int fd, int family, OptionId option) {
        int ipv6Name = family == RawAddress.IPV6 ? LinuxOptionNames.ipv6Name(option) : 0;
        if (option == OptionId.MULTICAST_INTERFACE && ipv6Name == 0) {
            lastErrno = Errno.EOPNOTSUPP;
            return -1;
        }
        boolean linger = option == OptionId.LINGER_SECONDS;
        Memory.setInt(memory + LENGTH, linger ? StructLinger.SIZE : Integer.BYTES);
        int level = ipv6Name == 0
                ? LinuxOptionNames.level(option)
                : SocketConstants.IPPROTO_IPV6;
        int name = ipv6Name == 0 ? LinuxOptionNames.name(option) : ipv6Name;
        callState.calls().addOther();
        int result = Libc.getsockopt(
                callState.segment(), fd, level, name, memory + VALUE, memory + LENGTH);
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
        return fromKernel(option, Memory.getInt(memory + VALUE));
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
        callState.calls().addOther();
        int result = Libc.getsockopt(
                callState.segment(), fd, SocketConstants.SOL_SOCKET, SocketConstants.SO_ERROR,
                memory + VALUE, memory + LENGTH);
        return result < 0 ? callState.errno() : Memory.getInt(memory + VALUE);
    }

    /** Returns the error number with which the kernel refuses to read an int option; 0 if it has it. */
    public int errnoOf(int fd, int level, int name) {
        getInt(fd, level, name);
        return lastErrno;
    }

    /** Reads any option whose value is an int, or returns -1 with the cause in {@link #lastErrno}. */
    int getInt(int fd, int level, int name) {
        Memory.setInt(memory + LENGTH, Integer.BYTES);
        callState.calls().addOther();
        int result = Libc.getsockopt(
                callState.segment(), fd, level, name, memory + VALUE, memory + LENGTH);
        lastErrno = result < 0 ? callState.errno() : 0;
        return result < 0 ? -1 : Memory.getInt(memory + VALUE);
    }
}
