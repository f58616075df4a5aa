package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.Cmsghdr;
import dev.sluice.internal.ffi.linux.Msghdr;
import dev.sluice.internal.ffi.linux.SocketConstants;

/**
 * The control message of a datagram socket: the size into which the kernel cuts the bytes of a send
 * (UDP_SEGMENT, 16 bits), or that of the datagrams which it received together (UDP_GRO, an int). It is
 * the only one here, since no option asks for another.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/udp.7.html">udp(7)</a>
 * @see <a href="https://man7.org/linux/man-pages/man3/cmsg.3.html">cmsg(3)</a>
 */
public final class SegmentControl {
    /** CMSG_SPACE of either value. */
    public static final int SPACE = Cmsghdr.SIZE + Long.BYTES;

    private static final int LENGTH_OF_GRO = Cmsghdr.SIZE + Integer.BYTES;

    private SegmentControl() {}

    /** Adds the size of the datagrams to a written header, with {@link #SPACE} bytes for it. */
    public static void segment(long message, long control, int segmentBytes) {
        ControlMessages.header(
                control, SocketConstants.IPPROTO_UDP, SocketConstants.UDP_SEGMENT, Short.BYTES);
        Memory.setShort(control + Cmsghdr.SIZE, (short) segmentBytes);
        offer(message, control);
    }

    /** Offers a header of a receive {@link #SPACE} bytes for the size of its datagrams. */
    public static void offer(long message, long control) {
        Memory.setLong(message + Msghdr.MSG_CONTROL, control);
        Memory.setLong(message + Msghdr.MSG_CONTROLLEN, SPACE);
    }

    /** Returns the size of the datagrams that came together, or 0 for a single one. */
    public static int received(long message, long control) {
        return ofControl(control, Memory.getLong(message + Msghdr.MSG_CONTROLLEN));
    }

    /** Returns the same of control data that has this length. */
    public static int ofControl(long control, long controlLength) {
        boolean present = controlLength >= LENGTH_OF_GRO
                && Memory.getLong(control + Cmsghdr.CMSG_LEN) >= LENGTH_OF_GRO
                && Memory.getInt(control + Cmsghdr.CMSG_LEVEL) == SocketConstants.IPPROTO_UDP
                && Memory.getInt(control + Cmsghdr.CMSG_TYPE) == SocketConstants.UDP_GRO;
        return present ? Memory.getInt(control + Cmsghdr.SIZE) : 0;
    }
}
