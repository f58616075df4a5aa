package dev.sluice.internal.ffi.linux;

/**
 * {@code struct rlimit} of {@code <sys/resource.h>}.
 *
 * <p>The soft and the hard limit of a resource, getrlimit(2).
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | rlim_cur                                                                      |
 *       +-------------------------------------------------------------------------------+
 *     8 | rlim_max                                                                      |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class Rlimit {
    /** The C name of the structure. */
    public static final String STRUCT = "struct rlimit";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int RLIM_CUR = 0;
    public static final int RLIM_MAX = 8;

    private Rlimit() {}
}
