package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Cmsghdr;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Iovec;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.Msghdr;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.spi.ReceivedRights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Messages that carry descriptors, in memory of their own: they are rare.
 *
 * <pre>
 *   0 | struct msghdr | struct iovec | control message | bytes |
 * </pre>
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7), SCM_RIGHTS</a>
 */
final class RightsMessage {
    private static final int CONTROL = Msghdr.SIZE + Iovec.SIZE;
    private static final int FIRST = CONTROL + Cmsghdr.SIZE;

    /** Of the kernel's include/linux/socket.h, since Linux 6.5; many C libraries lack it. */
    private static final int SCM_PIDFD = 4;

    private RightsMessage() {}

    /** Returns the number of bytes sent, or -1 with the cause in the call state. */
    static long send(CallState callState, int fd, MemorySegment bytes, long[] descriptors) {
        int values = descriptors.length * Integer.BYTES;
        int space = ControlMessages.space(values);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = memory(arena, space, bytes.byteSize());
            MemorySegment.copy(bytes, 0, memory, CONTROL + space, bytes.byteSize());
            long message = memory.address();
            ControlMessages.header(message + CONTROL, SocketConstants.SOL_SOCKET,
                    SocketConstants.SCM_RIGHTS, values);
            for (int i = 0; i < descriptors.length; i++) {
                Memory.setInt(message + FIRST + (long) i * Integer.BYTES, (int) descriptors[i]);
            }
            Memory.setLong(message + Msghdr.MSG_CONTROLLEN, space);
            int flags = SocketConstants.MSG_DONTWAIT | SocketConstants.MSG_NOSIGNAL;
            long sent;
            do {
                callState.calls().addTry();
                sent = Libc.sendmsg(callState.segment(), fd, message, flags);
            } while (sent < 0 && callState.errno() == Errno.EINTR);
            return sent;
        }
    }

    /** Returns what came, or null with the cause in the call state. */
    static @Nullable ReceivedRights receive(
            CallState callState, int fd, MemorySegment into, int most) {
        int space = ControlMessages.space(most * Integer.BYTES);
        // Made before the call, so that nothing fails between it and the owner of the descriptors.
        long[] descriptors = new long[most];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = memory(arena, space, into.byteSize());
            long message = memory.address();
            // Without the padding, which has room for one more.
            Memory.setLong(message + Msghdr.MSG_CONTROLLEN,
                    Cmsghdr.SIZE + (long) most * Integer.BYTES);
            int flags = SocketConstants.MSG_DONTWAIT | SocketConstants.MSG_CMSG_CLOEXEC;
            long received;
            do {
                callState.calls().addTry();
                received = Libc.recvmsg(callState.segment(), fd, message, flags);
            } while (received < 0 && callState.errno() == Errno.EINTR);
            if (received < 0) {
                return null;
            }
            int count = decode(callState, message, descriptors);
            boolean passedOn = false;
            try {
                // Another thread may have closed its arena meanwhile.
                MemorySegment.copy(memory, CONTROL + space, into, 0, received);
                int reported = Memory.getInt(message + Msghdr.MSG_FLAGS);
                ReceivedRights rights =
                        new ReceivedRights(received, Arrays.copyOf(descriptors, count),
                                (reported & SocketConstants.MSG_TRUNC) != 0,
                                (reported & SocketConstants.MSG_CTRUNC) != 0);
                passedOn = true;
                return rights;
            } finally {
                for (int i = 0; !passedOn && i < count; i++) {
                    close(callState, (int) descriptors[i]);
                }
            }
        }
    }

    private static void close(CallState callState, int fd) {
        callState.calls().addOther();
        Libc.close(callState.segment(), fd);
    }

    private static MemorySegment memory(Arena arena, int space, long bytes) {
        MemorySegment memory = arena.allocate(CONTROL + space + bytes, Long.BYTES);
        long message = memory.address();
        MessageHeader.piece(message, 0, message + CONTROL + space, bytes);
        MessageHeader.write(message, 1);
        Memory.setLong(message + Msghdr.MSG_CONTROL, message + CONTROL);
        return memory;
    }

    /**
     * Returns how many descriptors came by SCM_RIGHTS. Closes that of the sending process, which the
     * option PASSPIDFD of the socket asks for: nobody takes it from here.
     */
    private static int decode(CallState callState, long message, long[] descriptors) {
        int count = 0;
        long at = message + CONTROL;
        long end = at + Memory.getLong(message + Msghdr.MSG_CONTROLLEN);
        long bytes = ControlMessages.valueBytes(at, end);
        while (bytes != ControlMessages.NONE) {
            boolean rights = ControlMessages.is(
                    at, SocketConstants.SOL_SOCKET, SocketConstants.SCM_RIGHTS);
            long values = at + Cmsghdr.SIZE;
            for (long offset = 0; rights && offset + Integer.BYTES <= bytes; offset +=
                    Integer.BYTES) {
                descriptors[count++] = Memory.getInt(values + offset);
            }
            if (bytes >= Integer.BYTES
                    && ControlMessages.is(at, SocketConstants.SOL_SOCKET, SCM_PIDFD)) {
                int process = Memory.getInt(values);
                if (process >= 0) { // else it has ended, or no descriptor was left
                    close(callState, process);
                }
            }
            at = ControlMessages.behind(at, bytes);
            bytes = ControlMessages.valueBytes(at, end);
        }
        return count;
    }
}
