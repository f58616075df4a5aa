package dev.sluice.internal.ffi.windows;

/**
 * {@code WSACMSGHDR} of {@code <ws2def.h>}.
 *
 * <p>The head of one control message of a {@link Wsamsg}; data follows, aligned to 8 bytes.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | cmsg_len                                                                      |
 *       +---------------------------------------+---------------------------------------+
 *     8 | cmsg_level                            | cmsg_type                             |
 *       +---------------------------------------+---------------------------------------+
 * </pre>
 */
public final class Wsacmsghdr {
    /** The C name of the structure. */
    public static final String STRUCT = "WSACMSGHDR";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int CMSG_LEN = 0;
    public static final int CMSG_LEVEL = 8;
    public static final int CMSG_TYPE = 12;

    private Wsacmsghdr() {}
}
