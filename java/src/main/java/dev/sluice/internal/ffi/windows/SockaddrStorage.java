package dev.sluice.internal.ffi.windows;

/**
 * {@code struct sockaddr_storage} of {@code <ws2def.h>}.
 *
 * <p>Room for an address of any family, which stands in its first two bytes.
 */
public final class SockaddrStorage {
    /** The C name of the structure. */
    public static final String STRUCT = "struct sockaddr_storage";

    /** The size in bytes. */
    public static final int SIZE = 128;

    public static final int SS_FAMILY = 0;

    private SockaddrStorage() {}
}
