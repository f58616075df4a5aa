package dev.sluice.internal.ffi.linux;

/**
 * {@code struct group_req} of {@code <netinet/in.h>}.
 *
 * <p>The value of MCAST_JOIN_GROUP and MCAST_LEAVE_GROUP, RFC 3678: a group of either family.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | gr_interface                          |
 *       +---------------------------------------+---------------------------------------+
 *     8 | gr_group, 128 bytes                                                           |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class GroupReq {
    /** The C name of the structure. */
    public static final String STRUCT = "struct group_req";

    /** The size in bytes. */
    public static final int SIZE = 136;

    public static final int GR_INTERFACE = 0;
    public static final int GR_GROUP = 8;

    private GroupReq() {}
}
