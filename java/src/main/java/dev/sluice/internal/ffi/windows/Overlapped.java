package dev.sluice.internal.ffi.windows;

/**
 * {@code OVERLAPPED} of {@code <minwinbase.h>}.
 *
 * <p>One operation that the kernel carries out. It must stay where it is until its completion
 * packet was taken from the port. {@code Internal} is the NTSTATUS of its end, {@code
 * InternalHigh} the bytes that moved; together they are the IO_STATUS_BLOCK of the native calls.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | Internal                                                                      |
 *       +-------------------------------------------------------------------------------+
 *     8 | InternalHigh                                                                  |
 *       +---------------------------------------+---------------------------------------+
 *    16 | Offset                                | OffsetHigh                            |
 *       +-------------------------------------------------------------------------------+
 *    24 | hEvent                                                                        |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class Overlapped {
    /** The C name of the structure. */
    public static final String STRUCT = "OVERLAPPED";

    /** The size in bytes. */
    public static final int SIZE = 32;

    public static final int INTERNAL = 0;
    public static final int INTERNALHIGH = 8;
    public static final int OFFSET = 16;
    public static final int POINTER = 16;
    public static final int OFFSETHIGH = 20;
    public static final int HEVENT = 24;

    private Overlapped() {}
}
