package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;

/**
 * What the kernel reports of a socket that something else than this library opened.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7): SO_DOMAIN, SO_TYPE,
 *     SO_PROTOCOL, SO_ACCEPTCONN</a>
 */
record ForeignDescriptor(int family, boolean stream, boolean records, boolean listens) {
    private static final OptionId[] NOTED_OF_DATAGRAMS = {
        OptionId.UDP_GRO, OptionId.PKTINFO, OptionId.RECVTTL, OptionId.RECVTOS
    };

    /** Asks the kernel, and changes nothing. */
    static ForeignDescriptor look(int fd, LinuxOptions options) throws NativeFailure {
        int domain = read(fd, options, SocketConstants.SO_DOMAIN, "SO_DOMAIN");
        int type = read(fd, options, SocketConstants.SO_TYPE, "SO_TYPE");
        int protocol = read(fd, options, SocketConstants.SO_PROTOCOL, "SO_PROTOCOL");
        boolean stream = type == SocketConstants.SOCK_STREAM;
        boolean records = type == SocketConstants.SOCK_SEQPACKET;
        int family =
                switch (domain) {
                    case SocketConstants.AF_INET -> RawAddress.IPV4;
                    case SocketConstants.AF_INET6 -> RawAddress.IPV6;
                    case SocketConstants.AF_UNIX -> RawAddress.UNIX;
                    default -> RawAddress.NONE;
                };
        boolean known =
                family == RawAddress.UNIX
                        ? stream || records || type == SocketConstants.SOCK_DGRAM
                        : (stream && isStream(protocol))
                                || (type == SocketConstants.SOCK_DGRAM
                                        && protocol == SocketConstants.IPPROTO_UDP);
        if (family == RawAddress.NONE || !known) {
            throw new NativeFailure("getsockopt", Outcome.UNSUPPORTED, 0,
                    "a socket of domain " + domain + ", type " + type + ", protocol " + protocol
                            + "; use a socket of TCP, UDP or Unix");
        }
        boolean listens = read(fd, options, SocketConstants.SO_ACCEPTCONN, "SO_ACCEPTCONN") != 0;
        return new ForeignDescriptor(family, stream || records, records, listens);
    }

    /** Multipath TCP has all that this library asks of TCP. */
    private static boolean isStream(int protocol) {
        return protocol == SocketConstants.IPPROTO_TCP
                || protocol == SocketConstants.IPPROTO_MPTCP;
    }

    private static int read(int fd, LinuxOptions options, int name, String text)
            throws NativeFailure {
        int value = options.getInt(fd, SocketConstants.SOL_SOCKET, name);
        int errno = options.lastErrno();
        if (errno != 0) {
            throw failure("getsockopt " + text, errno);
        }
        return value;
    }

    /** Makes it non-blocking, and keeps programs that are executed from inheriting it. */
    static void prepare(int fd, CallState callState) throws NativeFailure {
        int flags = control(fd, SocketConstants.F_GETFL, 0, callState);
        if ((flags & SocketConstants.O_NONBLOCK) == 0) {
            control(fd, SocketConstants.F_SETFL, flags | SocketConstants.O_NONBLOCK, callState);
        }
        control(fd, SocketConstants.F_SETFD, SocketConstants.FD_CLOEXEC, callState);
    }

    private static int control(int fd, int operation, int argument, CallState callState)
            throws NativeFailure {
        callState.calls().addOther();
        int result = Libc.fcntl(callState.segment(), fd, operation, argument);
        if (result < 0) {
            throw failure("fcntl", callState.errno());
        }
        return result;
    }

    /** Notes the options that later calls depend on; the kernel lacks some of them for some sockets. */
    static void noteOptions(Channel channel, LinuxOptions options) {
        note(channel, OptionId.LINGER_SECONDS, options);
        if (!channel.stream && channel.family != RawAddress.UNIX) {
            for (OptionId option : NOTED_OF_DATAGRAMS) {
                note(channel, option, options);
            }
        }
    }

    private static void note(Channel channel, OptionId option, LinuxOptions options) {
        int value = options.get((int) channel.handle, channel.family, option);
        if (options.lastErrno() == 0) {
            channel.noteOption(option, value);
        }
    }

    private static NativeFailure failure(String call, int errno) {
        String remedy =
                switch (errno) {
                    case Errno.EBADF -> "; use the number of a descriptor that is open";
                    case Errno.ENOTSOCK -> "; use the number of a socket";
                    default -> "";
                };
        return new NativeFailure(
                call, LinuxErrors.outcomeOf(errno), errno, LinuxErrors.describe(errno) + remedy);
    }
}
