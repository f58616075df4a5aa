package dev.sluice.internal.ffi.windows;

import dev.sluice.internal.ffi.NativeLinker;
import java.lang.foreign.MemorySegment;

/**
 * Winsock, the library ws2_32: C names, raw results, no policy.
 *
 * <p>Every function is that of Microsoft's page of the same name. SOCKET_ERROR (-1) is returned as it
 * is, with the cause in {@link WindowsCallState#wsaGetLastError}. Pointers are {@code long}
 * addresses; an OVERLAPPED, and the memory that the operation moves, must stay until its completion
 * packet was taken from the port. A SOCKET is a {@code long}.
 */
public final class Ws2 {
    private static final MemorySegment WSASTARTUP = function("WSAStartup");
    private static final MemorySegment WSACLEANUP = function("WSACleanup");
    private static final MemorySegment WSASOCKETW = function("WSASocketW");
    private static final MemorySegment CLOSESOCKET = function("closesocket");
    private static final MemorySegment BIND = function("bind");
    private static final MemorySegment LISTEN = function("listen");
    private static final MemorySegment ACCEPT = function("accept");
    private static final MemorySegment CONNECT = function("connect");
    private static final MemorySegment RECV = function("recv");
    private static final MemorySegment SEND = function("send");
    private static final MemorySegment RECVFROM = function("recvfrom");
    private static final MemorySegment SENDTO = function("sendto");
    private static final MemorySegment SHUTDOWN = function("shutdown");
    private static final MemorySegment IOCTLSOCKET = function("ioctlsocket");
    private static final MemorySegment GETSOCKOPT = function("getsockopt");
    private static final MemorySegment SETSOCKOPT = function("setsockopt");
    private static final MemorySegment GETSOCKNAME = function("getsockname");
    private static final MemorySegment GETPEERNAME = function("getpeername");
    private static final MemorySegment WSARECV = function("WSARecv");
    private static final MemorySegment WSASEND = function("WSASend");
    private static final MemorySegment WSARECVFROM = function("WSARecvFrom");
    private static final MemorySegment WSASENDTO = function("WSASendTo");
    private static final MemorySegment WSAIOCTL = function("WSAIoctl");

    private Ws2() {}

    private static MemorySegment function(String name) {
        return NativeLinker.function("ws2_32", name);
    }

    /**
     * {@code int WSAStartup(WORD wVersionRequested, LPWSADATA lpWSAData)}: the result is the error
     * itself, see {@link WsaData}.
     */
    public static int WSAStartup(MemorySegment callState, int version, long data) {
        return (int) WindowsCall.call(WSASTARTUP, callState, version, data);
    }

    /** {@code int WSACleanup(void)}; the shape's one argument is ignored. */
    public static int WSACleanup(MemorySegment callState) {
        return (int) WindowsCall.call(WSACLEANUP, callState, 0);
    }

    /**
     * {@code SOCKET WSASocketW(int af, int type, int protocol, LPWSAPROTOCOL_INFOW lpProtocolInfo,
     * GROUP g, DWORD dwFlags)}.
     */
    public static long WSASocketW(
            MemorySegment callState, int af, int type, int protocol, long protocolInfo, int group,
            int flags) {
        return WindowsCall.call(
                WSASOCKETW, callState, af, type, protocol, protocolInfo, group, flags);
    }

    /** {@code int closesocket(SOCKET s)}. */
    public static int closesocket(MemorySegment callState, long s) {
        return (int) WindowsCall.call(CLOSESOCKET, callState, s);
    }

    /** {@code int bind(SOCKET s, const struct sockaddr *name, int namelen)}. */
    public static int bind(MemorySegment callState, long s, long name, int namelen) {
        return (int) WindowsCall.call(BIND, callState, s, name, namelen);
    }

    /** {@code int listen(SOCKET s, int backlog)}. */
    public static int listen(MemorySegment callState, long s, int backlog) {
        return (int) WindowsCall.call(LISTEN, callState, s, backlog);
    }

    /** {@code SOCKET accept(SOCKET s, struct sockaddr *addr, int *addrlen)}. */
    public static long accept(MemorySegment callState, long s, long addr, long addrlen) {
        return WindowsCall.call(ACCEPT, callState, s, addr, addrlen);
    }

    /** {@code int connect(SOCKET s, const struct sockaddr *name, int namelen)}. */
    public static int connect(MemorySegment callState, long s, long name, int namelen) {
        return (int) WindowsCall.call(CONNECT, callState, s, name, namelen);
    }

    /** {@code int recv(SOCKET s, char *buf, int len, int flags)}. */
    public static int recv(MemorySegment callState, long s, long buf, int len, int flags) {
        return (int) WindowsCall.call(RECV, callState, s, buf, len, flags);
    }

    /** {@code int send(SOCKET s, const char *buf, int len, int flags)}. */
    public static int send(MemorySegment callState, long s, long buf, int len, int flags) {
        return (int) WindowsCall.call(SEND, callState, s, buf, len, flags);
    }

    /**
     * {@code int recvfrom(SOCKET s, char *buf, int len, int flags, struct sockaddr *from, int
     * *fromlen)}.
     */
    public static int recvfrom(
            MemorySegment callState, long s, long buf, int len, int flags, long from,
            long fromlen) {
        return (int) WindowsCall.call(RECVFROM, callState, s, buf, len, flags, from, fromlen);
    }

    /**
     * {@code int sendto(SOCKET s, const char *buf, int len, int flags, const struct sockaddr *to, int
     * tolen)}.
     */
    public static int sendto(
            MemorySegment callState, long s, long buf, int len, int flags, long to, int tolen) {
        return (int) WindowsCall.call(SENDTO, callState, s, buf, len, flags, to, tolen);
    }

    /** {@code int shutdown(SOCKET s, int how)}. */
    public static int shutdown(MemorySegment callState, long s, int how) {
        return (int) WindowsCall.call(SHUTDOWN, callState, s, how);
    }

    /** {@code int ioctlsocket(SOCKET s, long cmd, u_long *argp)}. */
    public static int ioctlsocket(MemorySegment callState, long s, int cmd, long argp) {
        return (int) WindowsCall.call(IOCTLSOCKET, callState, s, cmd, argp);
    }

    /** {@code int getsockopt(SOCKET s, int level, int optname, char *optval, int *optlen)}. */
    public static int getsockopt(
            MemorySegment callState, long s, int level, int optname, long optval, long optlen) {
        return (int) WindowsCall.call(GETSOCKOPT, callState, s, level, optname, optval, optlen);
    }

    /** {@code int setsockopt(SOCKET s, int level, int optname, const char *optval, int optlen)}. */
    public static int setsockopt(
            MemorySegment callState, long s, int level, int optname, long optval, int optlen) {
        return (int) WindowsCall.call(SETSOCKOPT, callState, s, level, optname, optval, optlen);
    }

    /** {@code int getsockname(SOCKET s, struct sockaddr *name, int *namelen)}. */
    public static int getsockname(MemorySegment callState, long s, long name, long namelen) {
        return (int) WindowsCall.call(GETSOCKNAME, callState, s, name, namelen);
    }

    /** {@code int getpeername(SOCKET s, struct sockaddr *name, int *namelen)}. */
    public static int getpeername(MemorySegment callState, long s, long name, long namelen) {
        return (int) WindowsCall.call(GETPEERNAME, callState, s, name, namelen);
    }

    /**
     * {@code int WSARecv(SOCKET s, LPWSABUF lpBuffers, DWORD dwBufferCount, LPDWORD
     * lpNumberOfBytesRecvd, LPDWORD lpFlags, LPWSAOVERLAPPED lpOverlapped,
     * LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)}.
     */
    public static int WSARecv(
            MemorySegment callState, long s, long buffers, int bufferCount, long received,
            long flags, long overlapped, long routine) {
        return (int) WindowsCall.call(
                WSARECV, callState, s, buffers, bufferCount, received, flags, overlapped,
                routine);
    }

    /**
     * {@code int WSASend(SOCKET s, LPWSABUF lpBuffers, DWORD dwBufferCount, LPDWORD
     * lpNumberOfBytesSent, DWORD dwFlags, LPWSAOVERLAPPED lpOverlapped,
     * LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)}.
     */
    public static int WSASend(
            MemorySegment callState, long s, long buffers, int bufferCount, long sent, int flags,
            long overlapped, long routine) {
        return (int) WindowsCall.call(
                WSASEND, callState, s, buffers, bufferCount, sent, flags, overlapped, routine);
    }

    /**
     * {@code int WSARecvFrom(SOCKET s, LPWSABUF lpBuffers, DWORD dwBufferCount, LPDWORD
     * lpNumberOfBytesRecvd, LPDWORD lpFlags, struct sockaddr *lpFrom, LPINT lpFromlen,
     * LPWSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)}:
     * {@code lpFrom} and {@code lpFromlen} must stay as long as the OVERLAPPED.
     */
    public static int WSARecvFrom(
            MemorySegment callState, long s, long buffers, int bufferCount, long received,
            long flags, long from, long fromlen, long overlapped, long routine) {
        return (int) WindowsCall.call(
                WSARECVFROM, callState, s, buffers, bufferCount, received, flags, from, fromlen,
                overlapped, routine);
    }

    /**
     * {@code int WSASendTo(SOCKET s, LPWSABUF lpBuffers, DWORD dwBufferCount, LPDWORD
     * lpNumberOfBytesSent, DWORD dwFlags, const struct sockaddr *lpTo, int iTolen, LPWSAOVERLAPPED
     * lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)}.
     */
    public static int WSASendTo(
            MemorySegment callState, long s, long buffers, int bufferCount, long sent, int flags,
            long to, int tolen, long overlapped, long routine) {
        return (int) WindowsCall.call(
                WSASENDTO, callState, s, buffers, bufferCount, sent, flags, to, tolen, overlapped,
                routine);
    }

    /**
     * {@code int WSAIoctl(SOCKET s, DWORD dwIoControlCode, LPVOID lpvInBuffer, DWORD cbInBuffer,
     * LPVOID lpvOutBuffer, DWORD cbOutBuffer, LPDWORD lpcbBytesReturned, LPWSAOVERLAPPED
     * lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine)}.
     */
    public static int WSAIoctl(
            MemorySegment callState, long s, int code, long in, int inLength, long out,
            int outLength, long returned, long overlapped, long routine) {
        return (int) WindowsCall.call(
                WSAIOCTL, callState, s, code, in, inLength, out, outLength, returned, overlapped,
                routine);
    }
}
