package dev.sluice.internal.ffi.windows;

import dev.sluice.internal.ffi.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The extension functions of Winsock, which WSAIoctl hands out: C names, raw results, no policy. The
 * first use asks for them on a socket of its own, so WSAStartup must have been called before; and they
 * are kept for the life of the process, so no WSACleanup may undo it.
 *
 * <p>They return FALSE with ERROR_IO_PENDING if the operation is pending; see {@link Ws2} for
 * memory.
 */
public final class Mswsock {
    // From <mswsock.h>; here in the text form of a GUID.
    static final String WSAID_ACCEPTEX = "b5367df1-cbac-11cf-95ca-00805f48a192";

    static final String WSAID_CONNECTEX = "25a207b9-ddf3-4660-8ee9-76e58c74063e";
    static final String WSAID_DISCONNECTEX = "7fda2e11-8630-436f-a031-f536a6eec157";

    static final String WSAID_GETACCEPTEXSOCKADDRS = "b5367df2-cbac-11cf-95ca-00805f48a192";

    static final String WSAID_TRANSMITFILE = "b5367df0-cbac-11cf-95ca-00805f48a192";

    static final String WSAID_WSARECVMSG = "f689d7c8-6f1f-436b-8a53-e54fe351c322";
    static final String WSAID_WSASENDMSG = "a441e712-754f-43ca-84a7-0dee44cf606d";

    private static final int RESULT = Guid.SIZE;
    private static final int RETURNED = RESULT + Long.BYTES;

    private static final MemorySegment ACCEPTEX = extension(WSAID_ACCEPTEX);
    private static final MemorySegment CONNECTEX = extension(WSAID_CONNECTEX);
    private static final MemorySegment DISCONNECTEX = extension(WSAID_DISCONNECTEX);

    private static final MemorySegment GETACCEPTEXSOCKADDRS =
            extension(WSAID_GETACCEPTEXSOCKADDRS);

    private Mswsock() {}

    /** Those of datagram sockets, asked for at the first message with control data. */
    private static final class Messages {
        private static final MemorySegment WSARECVMSG =
                extension(WSAID_WSARECVMSG, WinsockConstants.SOCK_DGRAM,
                        WinsockConstants.IPPROTO_UDP);
        private static final MemorySegment WSASENDMSG =
                extension(WSAID_WSASENDMSG, WinsockConstants.SOCK_DGRAM,
                        WinsockConstants.IPPROTO_UDP);
    }

    /** Asked for at the first file. */
    private static final class Files {
        private static final MemorySegment TRANSMITFILE = extension(WSAID_TRANSMITFILE);
    }

    private static MemorySegment extension(String guid) {
        return extension(guid, WinsockConstants.SOCK_STREAM, WinsockConstants.IPPROTO_TCP);
    }

    private static MemorySegment extension(String guid, int type, int protocol) {
        try (Arena arena = Arena.ofConfined()) {
            WindowsCallState callState = new WindowsCallState(arena);
            MemorySegment capture = callState.segment();
            long memory = arena.allocate(RETURNED + Integer.BYTES, Long.BYTES).address();
            Guid.write(guid, memory);
            long socket = Ws2.WSASocketW(capture, WinsockConstants.AF_INET,
                    type, protocol, 0, 0,
                    WinsockConstants.WSA_FLAG_NO_HANDLE_INHERIT);
            if (socket == WinsockConstants.INVALID_SOCKET) {
                throw new UnsatisfiedLinkError(
                        "no socket to ask for " + guid + ": " + callState.wsaGetLastError());
            }
            int result = Ws2.WSAIoctl(capture, socket,
                    WinsockConstants.SIO_GET_EXTENSION_FUNCTION_POINTER, memory, Guid.SIZE,
                    memory + RESULT, Long.BYTES, memory + RETURNED, 0, 0);
            int error = callState.wsaGetLastError();
            Ws2.closesocket(capture, socket);
            if (result != 0) {
                throw new UnsatisfiedLinkError("Winsock has no function " + guid + ": " + error);
            }
            return MemorySegment.ofAddress(Memory.getLong(memory + RESULT));
        }
    }

    /**
     * {@code BOOL AcceptEx(SOCKET sListenSocket, SOCKET sAcceptSocket, PVOID lpOutputBuffer, DWORD
     * dwReceiveDataLength, DWORD dwLocalAddressLength, DWORD dwRemoteAddressLength, LPDWORD
     * lpdwBytesReceived, LPOVERLAPPED lpOverlapped)}.
     */
    public static int AcceptEx(
            MemorySegment callState, long listener, long acceptor, long output, int receiveLength,
            int localLength, int remoteLength, long received, long overlapped) {
        return (int) WindowsCall.call(
                ACCEPTEX, callState, listener, acceptor, output, receiveLength, localLength,
                remoteLength, received, overlapped);
    }

    /**
     * {@code void GetAcceptExSockaddrs(PVOID lpOutputBuffer, DWORD dwReceiveDataLength, DWORD
     * dwLocalAddressLength, DWORD dwRemoteAddressLength, struct sockaddr **LocalSockaddr, LPINT
     * LocalSockaddrLength, struct sockaddr **RemoteSockaddr, LPINT RemoteSockaddrLength)}: the
     * addresses lie in the output buffer of AcceptEx.
     */
    public static void GetAcceptExSockaddrs(
            MemorySegment callState, long output, int receiveLength, int localLength,
            int remoteLength, long local, long localSize, long remote, long remoteSize) {
        WindowsCall.call(
                GETACCEPTEXSOCKADDRS, callState, output, receiveLength, localLength, remoteLength,
                local, localSize, remote, remoteSize);
    }

    /**
     * {@code BOOL ConnectEx(SOCKET s, const struct sockaddr *name, int namelen, PVOID lpSendBuffer,
     * DWORD dwSendDataLength, LPDWORD lpdwBytesSent, LPOVERLAPPED lpOverlapped)}.
     */
    public static int ConnectEx(
            MemorySegment callState, long s, long name, int namelen, long sendBuffer,
            int sendLength, long sent, long overlapped) {
        return (int) WindowsCall.call(
                CONNECTEX, callState, s, name, namelen, sendBuffer, sendLength, sent, overlapped);
    }

    /**
     * {@code BOOL DisconnectEx(SOCKET hSocket, LPOVERLAPPED lpOverlapped, DWORD dwFlags, DWORD
     * dwReserved)}.
     */
    public static int DisconnectEx(
            MemorySegment callState, long s, long overlapped, int flags, int reserved) {
        return (int) WindowsCall.call(DISCONNECTEX, callState, s, overlapped, flags, reserved);
    }

    /**
     * {@code INT WSARecvMsg(SOCKET s, LPWSAMSG lpMsg, LPDWORD lpdwNumberOfBytesRecvd, LPWSAOVERLAPPED
     * lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)}: {@code lpMsg} and what it
     * names must stay as long as the OVERLAPPED. SOCKET_ERROR with WSA_IO_PENDING if it is pending.
     */
    public static int WSARecvMsg(
            MemorySegment callState, long s, long msg, long received, long overlapped,
            long routine) {
        return (int) WindowsCall.call(
                Messages.WSARECVMSG, callState, s, msg, received, overlapped, routine);
    }

    /**
     * {@code INT WSASendMsg(SOCKET Handle, LPWSAMSG lpMsg, DWORD dwFlags, LPDWORD lpNumberOfBytesSent,
     * LPWSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)}: results as
     * those of {@link #WSARecvMsg}.
     */
    public static int WSASendMsg(
            MemorySegment callState, long s, long msg, int flags, long sent, long overlapped,
            long routine) {
        return (int) WindowsCall.call(
                Messages.WSASENDMSG, callState, s, msg, flags, sent, overlapped, routine);
    }

    /**
     * {@code BOOL TransmitFile(SOCKET hSocket, HANDLE hFile, DWORD nNumberOfBytesToWrite, DWORD
     * nNumberOfBytesPerSend, LPOVERLAPPED lpOverlapped, LPTRANSMIT_FILE_BUFFERS lpTransmitBuffers,
     * DWORD dwFlags)}: reads the file at the offset of the OVERLAPPED; a number of 0 is all of it.
     */
    public static int TransmitFile(
            MemorySegment callState, long socket, long file, int bytes, int bytesPerSend,
            long overlapped, long buffers, int flags) {
        return (int) WindowsCall.call(
                Files.TRANSMITFILE, callState, socket, file, bytes, bytesPerSend, overlapped,
                buffers, flags);
    }
}
