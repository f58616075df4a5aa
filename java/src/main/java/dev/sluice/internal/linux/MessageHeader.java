package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Iovec;
import dev.sluice.internal.ffi.linux.Msghdr;
import dev.sluice.internal.spi.BufferVector;

/** Writes a {@code struct msghdr} without control data. */
public final class MessageHeader {
    private MessageHeader() {}

    /** Returns how many bytes one takes with so many pieces behind it. */
    public static int bytes(int pieces) {
        return Msghdr.SIZE + pieces * Iovec.SIZE;
    }

    /** Writes one for a vector without its first {@code skip} bytes, with the pieces behind it. */
    public static void write(long message, BufferVector vector, long skip) {
        long toSkip = skip;
        int pieces = 0;
        for (int i = 0; i < vector.count; i++) {
            long skipped = Math.min(toSkip, vector.lengths[i]);
            toSkip -= skipped;
            if (skipped == vector.lengths[i] && skipped > 0) {
                continue;
            }
            piece(message, pieces++, vector.addresses[i] + skipped, vector.lengths[i] - skipped);
        }
        write(message, pieces);
    }

    /** Writes one of the pieces behind it. */
    public static void piece(long message, int index, long address, long length) {
        long iovec = message + Msghdr.SIZE + (long) index * Iovec.SIZE;
        Memory.setLong(iovec + Iovec.IOV_BASE, address);
        Memory.setLong(iovec + Iovec.IOV_LEN, length);
    }

    /** Writes one with so many pieces behind it. */
    public static void write(long message, int pieces) {
        write(message, 0, 0, message + Msghdr.SIZE, pieces);
    }

    /** Writes one with pieces at {@code iovecs}. */
    public static void write(long message, long name, int nameLength, long iovecs, int pieces) {
        Memory.setLong(message + Msghdr.MSG_NAME, name);
        Memory.setInt(message + Msghdr.MSG_NAMELEN, nameLength);
        Memory.setLong(message + Msghdr.MSG_IOV, iovecs);
        Memory.setLong(message + Msghdr.MSG_IOVLEN, pieces);
        Memory.setLong(message + Msghdr.MSG_CONTROL, 0);
        Memory.setLong(message + Msghdr.MSG_CONTROLLEN, 0);
        Memory.setInt(message + Msghdr.MSG_FLAGS, 0);
    }
}
