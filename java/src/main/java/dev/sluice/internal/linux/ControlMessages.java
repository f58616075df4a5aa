package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Cmsghdr;

/**
 * The headers of control messages, and the bounds of those that recvmsg(2) wrote one after the other.
 * Without room for the whole of one (MSG_CTRUNC) the kernel writes a part, and its length is that of the
 * part.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/cmsg.3.html">cmsg(3)</a>
 */
final class ControlMessages {
    /** No message begins here. */
    static final long NONE = -1;

    private ControlMessages() {}

    /** Returns CMSG_SPACE of a value. */
    static int space(int bytes) {
        return Cmsghdr.SIZE + ((bytes + Long.BYTES - 1) & -Long.BYTES);
    }

    /** Writes the header of a control message. */
    static void header(long control, int level, int type, int bytes) {
        Memory.setLong(control + Cmsghdr.CMSG_LEN, Cmsghdr.SIZE + bytes);
        Memory.setInt(control + Cmsghdr.CMSG_LEVEL, level);
        Memory.setInt(control + Cmsghdr.CMSG_TYPE, type);
    }

    /** Returns true if the message at {@code at} is of this kind. */
    static boolean is(long at, int level, int type) {
        return Memory.getInt(at + Cmsghdr.CMSG_LEVEL) == level
                && Memory.getInt(at + Cmsghdr.CMSG_TYPE) == type;
    }

    /** Returns the bytes of the value of the message at {@code at}, or {@link #NONE} behind the last one. */
    static long valueBytes(long at, long end) {
        if (end - at < Cmsghdr.SIZE) {
            return NONE;
        }
        long length = Memory.getLong(at + Cmsghdr.CMSG_LEN);
        return length < Cmsghdr.SIZE || length > end - at ? NONE : length - Cmsghdr.SIZE;
    }

    /** Returns where the next message begins. */
    static long behind(long at, long valueBytes) {
        return at + Cmsghdr.SIZE + ((valueBytes + Long.BYTES - 1) & -Long.BYTES);
    }
}
