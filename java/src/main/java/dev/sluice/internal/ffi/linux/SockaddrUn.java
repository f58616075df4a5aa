package dev.sluice.internal.ffi.linux;

/**
 * {@code struct sockaddr_un} of {@code <sys/un.h>}.
 *
 * <p>A Unix domain address, see unix(7): a zero-terminated path, or a name whose first byte is
 * zero and whose length follows from the length of the address alone (abstract).
 *
 * <pre>
 *       +-------------------+-----------------------------------------------------------+
 *     0 | sun_family        | sun_path                                                  |
 *       +-------------------+-----------------------------------------------------------+
 *     8 |                                                                               |
 *       |                                     . . .                                     |
 *       +-----------------------------------------------------------+-------------------+
 *   104 |                                                           |
 *       +-----------------------------------------------------------+
 * </pre>
 */
public final class SockaddrUn {
    /** The C name of the structure. */
    public static final String STRUCT = "struct sockaddr_un";

    /** The size in bytes. */
    public static final int SIZE = 110;

    public static final int SUN_FAMILY = 0;
    public static final int SUN_PATH = 2;

    private SockaddrUn() {}
}
