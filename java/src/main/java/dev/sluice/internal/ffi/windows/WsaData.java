package dev.sluice.internal.ffi.windows;

/**
 * {@code WSADATA} of {@code <winsock2.h>}.
 *
 * <p>What WSAStartup answers; only its version is read.
 */
public final class WsaData {
    /** The C name of the structure. */
    public static final String STRUCT = "WSADATA";

    /** The size in bytes. */
    public static final int SIZE = 408;

    public static final int WVERSION = 0;
    public static final int WHIGHVERSION = 2;

    private WsaData() {}
}
