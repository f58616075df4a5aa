package dev.sluice.internal.ffi.linux;

/**
 * {@code struct cmsghdr} of {@code <sys/socket.h>}.
 *
 * <p>The head of one control message, cmsg(3); data follows, aligned to 8 bytes.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | cmsg_len                                                                      |
 *       +---------------------------------------+---------------------------------------+
 *     8 | cmsg_level                            | cmsg_type                             |
 *       +---------------------------------------+---------------------------------------+
 * </pre>
 */
public final class Cmsghdr {
    /** The C name of the structure. */
    public static final String STRUCT = "struct cmsghdr";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int CMSG_LEN = 0;
    public static final int CMSG_LEVEL = 8;
    public static final int CMSG_TYPE = 12;

    private Cmsghdr() {}
}
