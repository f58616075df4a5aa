package dev.sluice.internal.ffi.linux;

/**
 * {@code struct msghdr} of {@code <sys/socket.h>}.
 *
 * <p>A message of recvmsg(2) and sendmsg(2). {@code msg_iovlen} and {@code msg_controllen} are 64
 * bits wide in glibc; all eight bytes must be written.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | msg_name                                                                      |
 *       +---------------------------------------+---------------------------------------+
 *     8 | msg_namelen                           |                                       |
 *       +---------------------------------------+---------------------------------------+
 *    16 | msg_iov                                                                       |
 *       +-------------------------------------------------------------------------------+
 *    24 | msg_iovlen                                                                    |
 *       +-------------------------------------------------------------------------------+
 *    32 | msg_control                                                                   |
 *       +-------------------------------------------------------------------------------+
 *    40 | msg_controllen                                                                |
 *       +---------------------------------------+---------------------------------------+
 *    48 | msg_flags                             |                                       |
 *       +---------------------------------------+---------------------------------------+
 * </pre>
 */
public final class Msghdr {
    /** The C name of the structure. */
    public static final String STRUCT = "struct msghdr";

    /** The size in bytes. */
    public static final int SIZE = 56;

    public static final int MSG_NAME = 0;
    public static final int MSG_NAMELEN = 8;
    public static final int MSG_IOV = 16;
    public static final int MSG_IOVLEN = 24;
    public static final int MSG_CONTROL = 32;
    public static final int MSG_CONTROLLEN = 40;
    public static final int MSG_FLAGS = 48;

    private Msghdr() {}
}
