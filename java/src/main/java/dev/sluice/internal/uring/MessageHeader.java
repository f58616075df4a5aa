package dev.sluice.internal.uring;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Msghdr;

/** Writes a {@code struct msghdr} without control data. */
final class MessageHeader {
    private MessageHeader() {}

    static void write(long message, long name, int nameLength, long iovecs, int pieces) {
        Memory.setLong(message + Msghdr.MSG_NAME, name);
        Memory.setInt(message + Msghdr.MSG_NAMELEN, nameLength);
        Memory.setLong(message + Msghdr.MSG_IOV, iovecs);
        Memory.setLong(message + Msghdr.MSG_IOVLEN, pieces);
        Memory.setLong(message + Msghdr.MSG_CONTROL, 0);
        Memory.setLong(message + Msghdr.MSG_CONTROLLEN, 0);
        Memory.setInt(message + Msghdr.MSG_FLAGS, 0);
    }
}
