package dev.sluice.internal.ffi.windows;

/**
 * {@code WSAPROTOCOL_INFOW} of {@code <winsock2.h>}.
 *
 * <p>The provider behind a socket, the value of SO_PROTOCOL_INFOW.
 */
public final class WsaProtocolInfo {
    /** The C name of the structure. */
    public static final String STRUCT = "WSAPROTOCOL_INFOW";

    /** The size in bytes. */
    public static final int SIZE = 628;

    public static final int DWSERVICEFLAGS1 = 0;
    public static final int IADDRESSFAMILY = 76;
    public static final int ISOCKETTYPE = 88;
    public static final int IPROTOCOL = 92;

    private WsaProtocolInfo() {}
}
