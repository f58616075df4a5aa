package dev.sluice.internal.ffi.linux;

/**
 * {@code struct sockaddr_storage} of {@code <sys/socket.h>}.
 *
 * <p>Room for the address of any family.
 *
 * <pre>
 *       +-------------------+-----------------------------------------------------------+
 *     0 | ss_family         |                                                           |
 *       +-------------------+-----------------------------------------------------------+
 *     8 |                                                                               |
 *       |                                     . . .                                     |
 *       +-------------------------------------------------------------------------------+
 *   120 |                                                                               |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class SockaddrStorage {
    /** The C name of the structure. */
    public static final String STRUCT = "struct sockaddr_storage";

    /** The size in bytes. */
    public static final int SIZE = 128;

    public static final int SS_FAMILY = 0;

    private SockaddrStorage() {}
}
