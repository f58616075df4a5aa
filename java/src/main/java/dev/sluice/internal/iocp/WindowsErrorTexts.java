package dev.sluice.internal.iocp;

import dev.sluice.internal.spi.CodeTexts;

/** The names and plain texts of the error codes of Windows, for messages in English. */
final class WindowsErrorTexts {
    private static final String TABLE = """
            4 ERROR_TOO_MANY_OPEN_FILES Too many open files
            5 ERROR_ACCESS_DENIED Access denied
            6 ERROR_INVALID_HANDLE Invalid handle
            8 ERROR_NOT_ENOUGH_MEMORY Not enough memory
            14 ERROR_OUTOFMEMORY Out of memory
            38 ERROR_HANDLE_EOF End of file
            50 ERROR_NOT_SUPPORTED Request not supported
            53 ERROR_BAD_NETPATH Network path not found
            59 ERROR_UNEXP_NET_ERR Unexpected network error
            64 ERROR_NETNAME_DELETED The connection is gone
            65 ERROR_NETWORK_ACCESS_DENIED Network access denied
            87 ERROR_INVALID_PARAMETER Invalid parameter
            109 ERROR_BROKEN_PIPE Broken pipe
            121 ERROR_SEM_TIMEOUT Timed out
            126 ERROR_MOD_NOT_FOUND Module not found
            127 ERROR_PROC_NOT_FOUND Function not found
            232 ERROR_NO_DATA The other end is closing
            233 ERROR_PIPE_NOT_CONNECTED Nobody at the other end
            234 ERROR_MORE_DATA More data than room
            258 WAIT_TIMEOUT The wait was over
            995 ERROR_OPERATION_ABORTED The operation was cancelled
            996 ERROR_IO_INCOMPLETE The operation is not complete
            997 ERROR_IO_PENDING The operation is pending
            998 ERROR_NOACCESS Bad address
            1168 ERROR_NOT_FOUND Nothing was found to cancel
            1225 ERROR_CONNECTION_REFUSED Connection refused
            1226 ERROR_GRACEFUL_DISCONNECT Connection closed in good order
            1227 ERROR_ADDRESS_ALREADY_ASSOCIATED Address in use
            1228 ERROR_ADDRESS_NOT_ASSOCIATED Address not available
            1229 ERROR_CONNECTION_INVALID No such connection
            1230 ERROR_CONNECTION_ACTIVE Already connected
            1231 ERROR_NETWORK_UNREACHABLE Network unreachable
            1232 ERROR_HOST_UNREACHABLE Host unreachable
            1233 ERROR_PROTOCOL_UNREACHABLE Protocol unreachable
            1234 ERROR_PORT_UNREACHABLE Nobody listens on the port
            1235 ERROR_REQUEST_ABORTED The request was aborted
            1236 ERROR_CONNECTION_ABORTED The connection was aborted by this system
            1241 ERROR_INCORRECT_ADDRESS Incorrect address
            1256 ERROR_HOST_DOWN Host is down
            1314 ERROR_PRIVILEGE_NOT_HELD Privilege not held
            1450 ERROR_NO_SYSTEM_RESOURCES Not enough system resources
            1453 ERROR_WORKING_SET_QUOTA Not enough quota of memory
            1455 ERROR_COMMITMENT_LIMIT Paging file too small
            1460 ERROR_TIMEOUT Timed out
            1816 ERROR_NOT_ENOUGH_QUOTA Not enough quota
            10004 WSAEINTR Interrupted
            10009 WSAEBADF Bad handle
            10013 WSAEACCES Permission denied
            10014 WSAEFAULT Bad address
            10022 WSAEINVAL Invalid argument
            10024 WSAEMFILE Too many open sockets
            10035 WSAEWOULDBLOCK Would block
            10036 WSAEINPROGRESS In progress
            10037 WSAEALREADY Already in progress
            10038 WSAENOTSOCK Not a socket
            10039 WSAEDESTADDRREQ Destination address required
            10040 WSAEMSGSIZE Message too long
            10041 WSAEPROTOTYPE Wrong protocol for the socket
            10042 WSAENOPROTOOPT Option not available
            10043 WSAEPROTONOSUPPORT Protocol not supported
            10044 WSAESOCKTNOSUPPORT Socket type not supported
            10045 WSAEOPNOTSUPP Operation not supported
            10046 WSAEPFNOSUPPORT Protocol family not supported
            10047 WSAEAFNOSUPPORT Address family not supported
            10048 WSAEADDRINUSE Address already in use
            10049 WSAEADDRNOTAVAIL Address not available
            10050 WSAENETDOWN Network is down
            10051 WSAENETUNREACH Network unreachable
            10052 WSAENETRESET Connection dropped by the network
            10053 WSAECONNABORTED Connection aborted by this system
            10054 WSAECONNRESET Connection reset by peer
            10055 WSAENOBUFS No buffer space
            10056 WSAEISCONN Already connected
            10057 WSAENOTCONN Not connected
            10058 WSAESHUTDOWN The direction was shut down
            10060 WSAETIMEDOUT Timed out
            10061 WSAECONNREFUSED Connection refused
            10063 WSAENAMETOOLONG Name too long
            10064 WSAEHOSTDOWN Host is down
            10065 WSAEHOSTUNREACH Host unreachable
            10091 WSASYSNOTREADY The network is not ready
            10092 WSAVERNOTSUPPORTED Winsock 2.2 is not available
            10093 WSANOTINITIALISED Winsock was not started
            10101 WSAEDISCON The peer ended the connection
            10103 WSAECANCELLED The call was cancelled
            10107 WSASYSCALLFAILURE A system call failed
            """;
    static final CodeTexts ALL = CodeTexts.of(TABLE);

    private WindowsErrorTexts() {}
}
