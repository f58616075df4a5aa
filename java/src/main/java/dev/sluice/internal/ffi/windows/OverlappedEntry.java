package dev.sluice.internal.ffi.windows;

/**
 * {@code OVERLAPPED_ENTRY} of {@code <minwinbase.h>}.
 *
 * <p>One completion packet, as GetQueuedCompletionStatusEx hands them out.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | lpCompletionKey                                                               |
 *       +-------------------------------------------------------------------------------+
 *     8 | lpOverlapped                                                                  |
 *       +-------------------------------------------------------------------------------+
 *    16 | Internal                                                                      |
 *       +-------------------------------------------------------------------------------+
 *    24 | dwNumberOfBytesTransferred                                                    |
 *       +-------------------------------------------------------------------------------+
 * </pre>
 */
public final class OverlappedEntry {
    /** The C name of the structure. */
    public static final String STRUCT = "OVERLAPPED_ENTRY";

    /** The size in bytes. */
    public static final int SIZE = 32;

    public static final int LPCOMPLETIONKEY = 0;
    public static final int LPOVERLAPPED = 8;
    public static final int INTERNAL = 16;
    public static final int DWNUMBEROFBYTESTRANSFERRED = 24;

    private OverlappedEntry() {}
}
