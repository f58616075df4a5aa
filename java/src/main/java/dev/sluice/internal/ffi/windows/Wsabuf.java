package dev.sluice.internal.ffi.windows;

/**
 * {@code WSABUF} of {@code <ws2def.h>}.
 *
 * <p>One piece of memory of a vectored call. The system copies the array of them before a call
 * returns, so it may be used again while the operation is pending; the memory that they name may
 * not.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | len                                                                           |
 *       +-------------------------------------------------------------------------------+
 *     8 | buf                                                                           |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class Wsabuf {
    /** The C name of the structure. */
    public static final String STRUCT = "WSABUF";

    /** The size in bytes. */
    public static final int SIZE = 16;

    public static final int LEN = 0;
    public static final int BUF = 8;

    private Wsabuf() {}
}
