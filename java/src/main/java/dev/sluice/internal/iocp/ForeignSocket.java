package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.ffi.windows.WinsockConstants;
import dev.sluice.internal.ffi.windows.WsaProtocolInfo;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What Windows reports of a socket that something else than this library opened.
 *
 * @see <a href="https://learn.microsoft.com/en-us/windows/win32/winsock/sol-socket-socket-options">
 *     SO_PROTOCOL_INFO, SO_ACCEPTCONN</a>
 */
record ForeignSocket(int family, boolean stream, boolean listens) {
    /** Asks Winsock, and changes nothing. */
    static ForeignSocket look(long handle, WindowsOptions options) throws NativeFailure {
        byte[] value = options.get(handle, WinsockConstants.SOL_SOCKET,
                WinsockConstants.SO_PROTOCOL_INFOW, WsaProtocolInfo.SIZE);
        if (value == null) {
            throw failure("getsockopt SO_PROTOCOL_INFOW", options.lastError());
        }
        ByteBuffer info = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        int rawFamily = info.getInt(WsaProtocolInfo.IADDRESSFAMILY);
        int type = info.getInt(WsaProtocolInfo.ISOCKETTYPE);
        int protocol = info.getInt(WsaProtocolInfo.IPROTOCOL);
        boolean stream = type == WinsockConstants.SOCK_STREAM
                && protocol == WinsockConstants.IPPROTO_TCP;
        boolean datagrams = type == WinsockConstants.SOCK_DGRAM
                && protocol == WinsockConstants.IPPROTO_UDP;
        int family =
                switch (rawFamily) {
                    case WinsockConstants.AF_INET -> RawAddress.IPV4;
                    case WinsockConstants.AF_INET6 -> RawAddress.IPV6;
                    default -> RawAddress.NONE;
                };
        if (family == RawAddress.NONE || !(stream || datagrams)) {
            throw new NativeFailure("getsockopt", Outcome.UNSUPPORTED, 0,
                    "a socket of family " + rawFamily + ", type " + type + ", protocol " + protocol
                            + "; use a socket of TCP or UDP");
        }
        return new ForeignSocket(family, stream, stream && listens(handle, options));
    }

    private static boolean listens(long handle, WindowsOptions options) throws NativeFailure {
        byte[] value = options.get(handle, WinsockConstants.SOL_SOCKET,
                WinsockConstants.SO_ACCEPTCONN, Integer.BYTES);
        if (value == null) {
            throw failure("getsockopt SO_ACCEPTCONN", options.lastError());
        }
        // Windows may return a flag as one byte.
        return value.length > 0 && value[0] != 0;
    }

    private static NativeFailure failure(String call, int error) {
        String remedy = error == WinError.WSAENOTSOCK ? "; use the handle of an open socket" : "";
        return new NativeFailure(call, WindowsErrors.outcomeOf(error), error,
                WindowsErrors.describe(error) + remedy);
    }
}
