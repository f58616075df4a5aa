package dev.sluice.internal.ffi.windows;

/**
 * {@code struct group_source_req} of {@code <ws2ipdef.h>}.
 *
 * <p>The value of MCAST_JOIN_SOURCE_GROUP and MCAST_LEAVE_SOURCE_GROUP.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | gsr_interface                         |
 *       +---------------------------------------+---------------------------------------+
 *     8 | gsr_group, 128 bytes                                                          |
 *       +-------------------------------------------------------------------------------+
 *   136 | gsr_source, 128 bytes                                                         |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class GroupSourceReq {
    /** The C name of the structure. */
    public static final String STRUCT = "struct group_source_req";

    /** The size in bytes. */
    public static final int SIZE = 264;

    public static final int GSR_INTERFACE = 0;
    public static final int GSR_GROUP = 8;
    public static final int GSR_SOURCE = 136;

    private GroupSourceReq() {}
}
