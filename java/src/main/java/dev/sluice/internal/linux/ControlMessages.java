package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Cmsghdr;

/**
 * The bounds of control messages that recvmsg(2) wrote one after the other. Without room for the whole of one
 * (MSG_CTRUNC) the kernel writes a part, and its length is that of the part.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/cmsg.3.html">cmsg(3)</a>
 */
final class ControlMessages {
    /** No message begins here. */
    static final long NONE = -1;

    private ControlMessages() {}

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
