package dev.sluice.internal.ffi.linux;

/**
 * {@code struct linger} of {@code <sys/socket.h>}.
 *
 * <p>The value of SO_LINGER, socket(7): 8 bytes on Linux (4 on Windows). The time is in seconds.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | l_onoff                               | l_linger                              |
 *       +---------------------------------------+---------------------------------------+
 * </pre>
 */
public final class StructLinger {
    /** The C name of the structure. */
    public static final String STRUCT = "struct linger";

    /** The size in bytes. */
    public static final int SIZE = 8;

    public static final int L_ONOFF = 0;
    public static final int L_LINGER = 4;

    private StructLinger() {}
}
