package dev.sluice.internal.ffi.windows;

/**
 * {@code WSAMSG} of {@code <ws2def.h>}.
 *
 * <p>A message of WSASendMsg and WSARecvMsg. {@code Control} is a WSABUF, which names the control
 * messages.
 *
 * <pre>
 *       +-------------------------------------------------------------------------------+
 *     0 | name                                                                          |
 *       +---------------------------------------+---------------------------------------+
 *     8 | namelen                               |                                       |
 *       +---------------------------------------+---------------------------------------+
 *    16 | lpBuffers                                                                     |
 *       +---------------------------------------+---------------------------------------+
 *    24 | dwBufferCount                         |                                       |
 *       +---------------------------------------+---------------------------------------+
 *    32 | Control: WSABUF, 16 bytes                                                     |
 *       +---------------------------------------+---------------------------------------+
 *    48 | dwFlags                               |                                       |
 *       +---------------------------------------+---------------------------------------+
 * </pre>
 */
public final class Wsamsg {
    /** The C name of the structure. */
    public static final String STRUCT = "WSAMSG";

    /** The size in bytes. */
    public static final int SIZE = 56;

    public static final int NAME = 0;
    public static final int NAMELEN = 8;
    public static final int LPBUFFERS = 16;
    public static final int DWBUFFERCOUNT = 24;
    public static final int CONTROL = 32;
    public static final int DWFLAGS = 48;

    private Wsamsg() {}
}
