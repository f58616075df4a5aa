package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Cmsghdr;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.Msghdr;
import dev.sluice.internal.ffi.linux.SockExtendedErr;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.QueuedError;
import dev.sluice.internal.spi.RawAddress;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * The errors of datagrams that were sent, which the kernel queues with IP_RECVERR.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7), IP_RECVERR</a>
 */
final class ErrorQueue {
    /** Room for the error with the address of its offender, and for what else options ask for. */
    private static final int CONTROL_BYTES = 512;

    private static final int CONTROL = DatagramMessage.SIZE;

    private ErrorQueue() {}

    /** Takes the oldest error, or returns null if there is none. */
    static @Nullable QueuedError take(int fd, CallState callState) throws NativeFailure {
        try (Arena arena = Arena.ofConfined()) {
            long message = arena.allocate(CONTROL + CONTROL_BYTES, Long.BYTES).address();
            long control = message + CONTROL;
            long none = control + CONTROL_BYTES;
            DatagramMessage.toReceive(message, none, 0, false);
            Memory.setLong(message + Msghdr.MSG_CONTROL, control);
            Memory.setLong(message + Msghdr.MSG_CONTROLLEN, CONTROL_BYTES);
            int flags = SocketConstants.MSG_ERRQUEUE | SocketConstants.MSG_DONTWAIT;
            callState.calls().addOther();
            if (Libc.recvmsg(callState.segment(), fd, message, flags) < 0) {
                int errno = callState.errno();
                if (errno == Errno.EAGAIN || errno == Errno.EINTR) {
                    return null;
                }
                throw LinuxTryCalls.failure("recvmsg MSG_ERRQUEUE", errno);
            }
            RawAddress destination = new RawAddress();
            DatagramMessage.decodeName(message, destination);
            return decode(message, control, destination);
        }
    }

    /** Decodes the first error among the control messages. */
    static QueuedError decode(long message, long control, RawAddress destination)
            throws NativeFailure {
        long end = control + Memory.getLong(message + Msghdr.MSG_CONTROLLEN);
        long at = control;
        long bytes = ControlMessages.valueBytes(at, end);
        while (bytes != ControlMessages.NONE) {
            if (isError(at) && bytes >= SockExtendedErr.SIZE) {
                return error(at + Cmsghdr.SIZE, bytes, destination);
            }
            at = ControlMessages.behind(at, bytes);
            bytes = ControlMessages.valueBytes(at, end);
        }
        throw LinuxTryCalls.failure("recvmsg MSG_ERRQUEUE without an error", Errno.EPROTO);
    }

    private static boolean isError(long header) {
        return ControlMessages.is(
                header, SocketConstants.IPPROTO_IP, SocketConstants.IP_RECVERR)
                || ControlMessages.is(
                        header, SocketConstants.IPPROTO_IPV6, SocketConstants.IPV6_RECVERR);
    }

    private static QueuedError error(long value, long length, RawAddress destination) {
        int errno = Memory.getInt(value + SockExtendedErr.EE_ERRNO);
        RawAddress reporter = new RawAddress();
        byte origin = Memory.getByte(value + SockExtendedErr.EE_ORIGIN);
        long offender = value + SockExtendedErr.SIZE;
        int room = (int) (length - SockExtendedErr.SIZE);
        if (origin != SocketConstants.SO_EE_ORIGIN_LOCAL
                && LinuxSockaddr.hasIpAddress(offender, room)) {
            LinuxSockaddr.decode(offender, room, reporter);
        }
        return new QueuedError(LinuxErrors.outcomeOf(errno), errno, destination, reporter,
                Memory.getInt(value + SockExtendedErr.EE_INFO));
    }
}
