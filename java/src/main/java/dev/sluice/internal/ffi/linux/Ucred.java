package dev.sluice.internal.ffi.linux;

/**
 * {@code struct ucred} of {@code <sys/socket.h>}.
 *
 * <p>The value of SO_PEERCRED, unix(7): the process at the other end of a Unix socket.
 *
 * <pre>
 *       +---------------------------------------+---------------------------------------+
 *     0 | pid                                   | uid                                   |
 *       +---------------------------------------+---------------------------------------+
 *     8 | gid                                   |
 *       +---------------------------------------+
 * </pre>
 */
public final class Ucred {
    /** The C name of the structure. */
    public static final String STRUCT = "struct ucred";

    /** The size in bytes. */
    public static final int SIZE = 12;

    public static final int PID = 0;
    public static final int UID = 4;
    public static final int GID = 8;

    private Ucred() {}
}
