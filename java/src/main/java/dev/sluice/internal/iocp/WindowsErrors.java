package dev.sluice.internal.iocp;

import dev.sluice.internal.ffi.windows.NtStatus;
import dev.sluice.internal.ffi.windows.WinError;
import dev.sluice.internal.spi.CodeTexts;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RequestKind;

/**
 * Translates the error codes of Windows to portable outcomes. The codes of Winsock and of the
 * operating system share one range. A completion packet carries an NTSTATUS instead, which
 * {@link #codeOf} translates as Windows' own libraries do. The table is in docs/windows.md.
 *
 * <p>Codes that ask for another try (WSAEWOULDBLOCK of a try call, ERROR_IO_PENDING) do not end a
 * request; the backend handles them before it calls this class.
 */
final class WindowsErrors {
    private static final int FACILITY = 0x0FFF_0000;
    private static final int FACILITY_NTWIN32 = 0x0007_0000;

    private WindowsErrors() {}

    /**
     * Returns the error code for the NTSTATUS of a packet.
     *
     * @return the status itself if no code is known, so that its number is not lost
     */
    static int codeOf(int ntStatus) {
        return switch (ntStatus) {
            case NtStatus.STATUS_SUCCESS -> 0;
            case NtStatus.STATUS_CANCELLED, NtStatus.STATUS_REQUEST_ABORTED,
                    NtStatus.STATUS_HANDLES_CLOSED ->
                WinError.ERROR_OPERATION_ABORTED;
            case NtStatus.STATUS_CONNECTION_RESET, NtStatus.STATUS_REMOTE_DISCONNECT,
                    NtStatus.STATUS_CONNECTION_DISCONNECTED, NtStatus.STATUS_LINK_FAILED ->
                WinError.WSAECONNRESET;
            case NtStatus.STATUS_LOCAL_DISCONNECT, NtStatus.STATUS_CONNECTION_ABORTED,
                    NtStatus.STATUS_TRANSACTION_ABORTED ->
                WinError.WSAECONNABORTED;
            case NtStatus.STATUS_GRACEFUL_DISCONNECT, NtStatus.STATUS_END_OF_FILE ->
                WinError.WSAEDISCON;
            case NtStatus.STATUS_PIPE_DISCONNECTED -> WinError.WSAESHUTDOWN;
            case NtStatus.STATUS_CONNECTION_REFUSED, NtStatus.STATUS_REMOTE_NOT_LISTENING ->
                WinError.WSAECONNREFUSED;
            case NtStatus.STATUS_IO_TIMEOUT, NtStatus.STATUS_LINK_TIMEOUT,
                    NtStatus.STATUS_TIMEOUT ->
                WinError.WSAETIMEDOUT;
            case NtStatus.STATUS_NETWORK_UNREACHABLE, NtStatus.STATUS_PROTOCOL_UNREACHABLE,
                    NtStatus.STATUS_BAD_NETWORK_PATH ->
                WinError.WSAENETUNREACH;
            case NtStatus.STATUS_HOST_UNREACHABLE -> WinError.WSAEHOSTUNREACH;
            case NtStatus.STATUS_HOST_DOWN -> WinError.WSAEHOSTDOWN;
            // ICMP messages to a datagram socket; TCP never ends this way.
            case NtStatus.STATUS_PORT_UNREACHABLE -> WinError.WSAECONNRESET;
            case NtStatus.STATUS_HOPLIMIT_EXCEEDED -> WinError.WSAENETRESET;
            case NtStatus.STATUS_BUFFER_OVERFLOW, NtStatus.STATUS_INVALID_BUFFER_SIZE ->
                WinError.WSAEMSGSIZE;
            case NtStatus.STATUS_INVALID_CONNECTION, NtStatus.STATUS_CONNECTION_INVALID ->
                WinError.WSAENOTCONN;
            case NtStatus.STATUS_CONNECTION_ACTIVE -> WinError.WSAEISCONN;
            default -> codeOfWhatIsNotOfAConnection(ntStatus);
        };
    }

    private static int codeOfWhatIsNotOfAConnection(int ntStatus) {
        return switch (ntStatus) {
            case NtStatus.STATUS_ADDRESS_ALREADY_EXISTS, NtStatus.STATUS_SHARING_VIOLATION,
                    NtStatus.STATUS_ADDRESS_ALREADY_ASSOCIATED ->
                WinError.WSAEADDRINUSE;
            case NtStatus.STATUS_INVALID_ADDRESS, NtStatus.STATUS_INVALID_ADDRESS_COMPONENT,
                    NtStatus.STATUS_ADDRESS_NOT_ASSOCIATED ->
                WinError.WSAEADDRNOTAVAIL;
            case NtStatus.STATUS_TOO_MANY_OPENED_FILES -> WinError.WSAEMFILE;
            case NtStatus.STATUS_INSUFFICIENT_RESOURCES, NtStatus.STATUS_NO_MEMORY,
                    NtStatus.STATUS_QUOTA_EXCEEDED, NtStatus.STATUS_WORKING_SET_QUOTA,
                    NtStatus.STATUS_PAGEFILE_QUOTA, NtStatus.STATUS_COMMITMENT_LIMIT,
                    NtStatus.STATUS_TOO_MANY_PAGING_FILES, NtStatus.STATUS_REMOTE_RESOURCES,
                    NtStatus.STATUS_TOO_MANY_ADDRESSES, NtStatus.STATUS_CONFLICTING_ADDRESSES ->
                WinError.WSAENOBUFS;
            case NtStatus.STATUS_DEVICE_NOT_READY, NtStatus.STATUS_REQUEST_NOT_ACCEPTED ->
                WinError.WSAEWOULDBLOCK;
            case NtStatus.STATUS_ACCESS_DENIED, NtStatus.STATUS_NETWORK_ACCESS_DENIED ->
                WinError.WSAEACCES;
            case NtStatus.STATUS_NOT_SUPPORTED, NtStatus.STATUS_NOT_IMPLEMENTED,
                    NtStatus.STATUS_INVALID_DEVICE_REQUEST ->
                WinError.WSAEOPNOTSUPP;
            case NtStatus.STATUS_PROTOCOL_NOT_SUPPORTED -> WinError.WSAEAFNOSUPPORT;
            case NtStatus.STATUS_INVALID_PARAMETER, NtStatus.STATUS_INVALID_DEVICE_STATE,
                    NtStatus.STATUS_UNSUCCESSFUL ->
                WinError.WSAEINVAL;
            case NtStatus.STATUS_ACCESS_VIOLATION, NtStatus.STATUS_BUFFER_TOO_SMALL,
                    NtStatus.STATUS_DATATYPE_MISALIGNMENT_ERROR ->
                WinError.WSAEFAULT;
            case NtStatus.STATUS_INVALID_HANDLE, NtStatus.STATUS_OBJECT_TYPE_MISMATCH,
                    NtStatus.STATUS_ADDRESS_CLOSED ->
                WinError.WSAENOTSOCK;
            case NtStatus.STATUS_UNEXPECTED_NETWORK_ERROR, NtStatus.STATUS_NETWORK_BUSY,
                    NtStatus.STATUS_INVALID_NETWORK_RESPONSE, NtStatus.STATUS_NO_SUCH_DEVICE,
                    NtStatus.STATUS_NO_SUCH_FILE, NtStatus.STATUS_OBJECT_PATH_NOT_FOUND,
                    NtStatus.STATUS_OBJECT_NAME_NOT_FOUND ->
                WinError.WSAENETDOWN;
            default -> codeOfUnlisted(ntStatus);
        };
    }

    /**
     * Translates a status without a row. Successes and information (such as STATUS_RECEIVE_PARTIAL)
     * are no failures. A Windows error code that a driver wrapped in a status is its low half.
     *
     * @see <a
     *     href="https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-erref/87fba13e-bf06-450e-83b1-9241dc81e781">
     *     NTSTATUS</a>
     */
    private static int codeOfUnlisted(int ntStatus) {
        if (ntStatus >= 0) {
            return 0;
        }
        boolean ofTheSystem = (ntStatus & FACILITY) == FACILITY_NTWIN32;
        return ofTheSystem ? ntStatus & 0xFFFF : ntStatus;
    }

    /**
     * Returns the outcome of a request of {@code kind} that ended with {@code code}.
     *
     * <p>Some codes depend on the kind. Four codes mean a timed-out connect. ERROR_NETNAME_DELETED
     * is a reset on a connection, but no fact about a listener (see
     * {@link #isTransientAcceptError}). A datagram to a closed port is reported as WSAECONNRESET,
     * where other kernels report a refusal.
     */
    static Outcome outcomeOf(RequestKind kind, int code, boolean stream) {
        if (code == WinError.WSAECONNRESET && !stream) {
            return Outcome.REFUSED;
        }
        if (code == WinError.WSAENETRESET && !stream) {
            return Outcome.UNREACHABLE; // the time to live of a datagram was over
        }
        if (code == WinError.ERROR_PORT_UNREACHABLE) {
            return Outcome.REFUSED;
        }
        return switch (kind) {
            case CONNECT -> switch (code) {
                case WinError.ERROR_SEM_TIMEOUT, WinError.ERROR_TIMEOUT -> Outcome.TIMED_OUT;
                case WinError.WSAECONNRESET, WinError.ERROR_NETNAME_DELETED -> Outcome.REFUSED;
                // The peer reset the connection before SO_UPDATE_CONNECT_CONTEXT.
                case WinError.WSAENOTCONN -> Outcome.RESET;
                default -> outcomeOf(code);
            };
            case RECEIVE, RECEIVE_FROM -> switch (code) {
                case WinError.WSAEDISCON, WinError.ERROR_HANDLE_EOF,
                        WinError.ERROR_GRACEFUL_DISCONNECT ->
                    Outcome.EOF;
                // Only our own shutdown(RECEIVE) forbids a receive.
                case WinError.WSAESHUTDOWN -> Outcome.EOF;
                default -> outcomeOf(code);
            };
            default -> outcomeOf(code);
        };
    }

    /** Returns the outcome of a call whose kind does not matter; 0 is OK. */
    static Outcome outcomeOf(int code) {
        return switch (code) {
            case 0 -> Outcome.OK;
            // Not our cancel, which the engine knows: Windows itself ended the operation.
            case WinError.ERROR_OPERATION_ABORTED -> Outcome.ABORTED;
            case WinError.WSAECONNABORTED, WinError.ERROR_CONNECTION_ABORTED,
                    WinError.ERROR_REQUEST_ABORTED ->
                Outcome.ABORTED;
            case WinError.WSAECONNRESET, WinError.WSAENETRESET, WinError.ERROR_NETNAME_DELETED,
                    WinError.ERROR_UNEXP_NET_ERR ->
                Outcome.RESET;
            case WinError.WSAETIMEDOUT, WinError.ERROR_SEM_TIMEOUT, WinError.ERROR_TIMEOUT ->
                Outcome.TIMED_OUT;
            case WinError.WSAESHUTDOWN, WinError.WSAEDISCON, WinError.ERROR_BROKEN_PIPE,
                    WinError.ERROR_NO_DATA, WinError.ERROR_GRACEFUL_DISCONNECT ->
                Outcome.BROKEN_PIPE;
            case WinError.WSAECONNREFUSED, WinError.ERROR_CONNECTION_REFUSED -> Outcome.REFUSED;
            case WinError.WSAENETUNREACH, WinError.WSAEHOSTUNREACH, WinError.WSAEHOSTDOWN,
                    WinError.WSAENETDOWN, WinError.ERROR_NETWORK_UNREACHABLE,
                    WinError.ERROR_HOST_UNREACHABLE, WinError.ERROR_PROTOCOL_UNREACHABLE,
                    WinError.ERROR_HOST_DOWN, WinError.ERROR_BAD_NETPATH ->
                Outcome.UNREACHABLE;
            case WinError.WSAEADDRINUSE, WinError.ERROR_ADDRESS_ALREADY_ASSOCIATED ->
                Outcome.ADDRESS_IN_USE;
            case WinError.WSAEADDRNOTAVAIL, WinError.ERROR_INCORRECT_ADDRESS,
                    WinError.ERROR_ADDRESS_NOT_ASSOCIATED ->
                Outcome.ADDRESS_UNAVAILABLE;
            case WinError.WSAENOTCONN, WinError.WSAEDESTADDRREQ,
                    WinError.ERROR_CONNECTION_INVALID, WinError.ERROR_PIPE_NOT_CONNECTED ->
                Outcome.NOT_CONNECTED;
            case WinError.WSAEMSGSIZE, WinError.ERROR_MORE_DATA -> Outcome.MESSAGE_TOO_BIG;
            case WinError.WSAEMFILE, WinError.ERROR_TOO_MANY_OPEN_FILES ->
                Outcome.OUT_OF_DESCRIPTORS;
            // WSAEWOULDBLOCK of an overlapped call means that too many others are in flight.
            case WinError.WSAEWOULDBLOCK, WinError.WSAENOBUFS, WinError.ERROR_NOT_ENOUGH_MEMORY,
                    WinError.ERROR_OUTOFMEMORY,
                    WinError.ERROR_NO_SYSTEM_RESOURCES, WinError.ERROR_WORKING_SET_QUOTA,
                    WinError.ERROR_COMMITMENT_LIMIT, WinError.ERROR_NOT_ENOUGH_QUOTA ->
                Outcome.OUT_OF_MEMORY;
            case WinError.WSAEOPNOTSUPP, WinError.WSAEPROTONOSUPPORT, WinError.WSAEAFNOSUPPORT,
                    WinError.WSAEPFNOSUPPORT, WinError.WSAESOCKTNOSUPPORT,
                    WinError.WSAENOPROTOOPT, WinError.WSAVERNOTSUPPORTED,
                    WinError.ERROR_NOT_SUPPORTED, WinError.ERROR_MOD_NOT_FOUND,
                    WinError.ERROR_PROC_NOT_FOUND ->
                Outcome.UNSUPPORTED;
            case WinError.WSAEACCES, WinError.ERROR_ACCESS_DENIED,
                    WinError.ERROR_NETWORK_ACCESS_DENIED, WinError.ERROR_PRIVILEGE_NOT_HELD ->
                Outcome.PERMISSION;
            case WinError.WSAEINVAL, WinError.WSAEBADF, WinError.WSAENOTSOCK, WinError.WSAEFAULT,
                    WinError.WSAEISCONN, WinError.WSAEALREADY,
                    WinError.WSAEPROTOTYPE, WinError.WSAENAMETOOLONG,
                    WinError.ERROR_INVALID_HANDLE, WinError.ERROR_INVALID_PARAMETER,
                    WinError.ERROR_CONNECTION_ACTIVE, WinError.ERROR_NOACCESS ->
                Outcome.INVALID;
            default -> Outcome.UNKNOWN;
        };
    }

    /**
     * True if a failed accept is no fact about the listener: the connection was gone before it was
     * accepted, so another accept is posted and nothing is reported.
     *
     * @see <a href="https://learn.microsoft.com/en-us/windows/win32/api/mswsock/nf-mswsock-acceptex">
     *     AcceptEx</a>
     */
    static boolean isTransientAcceptError(int code) {
        return switch (code) {
            case WinError.WSAECONNRESET, WinError.WSAECONNABORTED, WinError.WSAENETRESET,
                    WinError.WSAENOTCONN, WinError.WSAETIMEDOUT, WinError.WSAEDISCON,
                    WinError.ERROR_NETNAME_DELETED, WinError.ERROR_SEM_TIMEOUT,
                    WinError.ERROR_CONNECTION_ABORTED, WinError.ERROR_CONNECTION_INVALID,
                    WinError.ERROR_PIPE_NOT_CONNECTED ->
                true;
            default -> false;
        };
    }

    /**
     * True if a code means that the operation was cancelled, provided that we cancelled it. A
     * cancelled receive may also end with ERROR_NETNAME_DELETED.
     */
    static boolean isCancel(int code) {
        return code == WinError.ERROR_OPERATION_ABORTED
                || code == WinError.WSAECANCELLED
                || code == WinError.ERROR_NETNAME_DELETED;
    }

    /** The C name, such as WSAEADDRINUSE, or the number if no name is known. */
    static String nameOf(int code) {
        CodeTexts.Entry entry = WindowsErrorTexts.ALL.find(code);
        return entry == null ? number(code) : entry.name();
    }

    /** Returns name, number and plain text for a message. */
    static String describe(int code) {
        CodeTexts.Entry entry = WindowsErrorTexts.ALL.find(code);
        return entry == null
                ? number(code)
                : entry.name() + " (" + code + "): " + entry.text();
    }

    private static String number(int code) {
        return code < 0
                ? "NTSTATUS 0x" + Integer.toHexString(code).toUpperCase(java.util.Locale.ROOT)
                : "Windows error " + code;
    }
}
