package dev.sluice.internal.ffi.windows;

/**
 * {@code struct linger} of {@code <winsock2.h>}.
 *
 * <p>The value of SO_LINGER: 4 bytes on Windows (8 on Linux), so at most 65535 seconds.
 *
 * <pre>
 *       +-------------------+-------------------+
 *     0 | l_onoff           | l_linger          |
 *       +-------------------+-------------------+
 * </pre>
 */
public final class StructLinger {
    /** The C name of the structure. */
    public static final String STRUCT = "struct linger";

    /** The size in bytes. */
    public static final int SIZE = 4;

    public static final int L_ONOFF = 0;
    public static final int L_LINGER = 2;

    private StructLinger() {}
}
