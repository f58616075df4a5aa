package dev.sluice.internal.ffi.linux;

import static dev.sluice.internal.ffi.NativeLinker.function;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.NativeLinker;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Sockets, epoll and descriptors of the C library: C names, raw results, no policy.
 *
 * <p>Every function is that of the Linux man page of the same name (section 2). A result of -1 is
 * returned as it is, with the cause saved in {@code callState} ({@link CallState#errno}). Pointers
 * are {@code long} addresses; what they point to must stay valid for the call, and for {@code
 * epoll_event} data and the like only that long. All descriptors are plain {@code int}.
 */
public final class Libc {
    private static final MemorySegment SOCKET = function("socket");
    private static final MemorySegment SOCKETPAIR = function("socketpair");
    private static final MemorySegment BIND = function("bind");
    private static final MemorySegment LISTEN = function("listen");
    private static final MemorySegment ACCEPT4 = function("accept4");
    private static final MemorySegment CONNECT = function("connect");
    private static final MemorySegment RECVMSG = function("recvmsg");
    private static final MemorySegment SENDMSG = function("sendmsg");
    private static final MemorySegment SHUTDOWN = function("shutdown");
    private static final MemorySegment CLOSE = function("close");
    private static final MemorySegment SETSOCKOPT = function("setsockopt");
    private static final MemorySegment GETSOCKOPT = function("getsockopt");
    private static final MemorySegment GETSOCKNAME = function("getsockname");
    private static final MemorySegment GETPEERNAME = function("getpeername");
    private static final MemorySegment FCNTL = function("fcntl");
    private static final MemorySegment IOCTL = function("ioctl");
    private static final MemorySegment POLL = function("poll");
    private static final MemorySegment EPOLL_CREATE1 = function("epoll_create1");
    private static final MemorySegment EPOLL_CTL = function("epoll_ctl");
    private static final MemorySegment EPOLL_WAIT = function("epoll_wait");
    private static final @Nullable MemorySegment EPOLL_PWAIT2 =
            NativeLinker.findFunction("epoll_pwait2").orElse(null);
    private static final MemorySegment EVENTFD = function("eventfd");
    private static final MemorySegment READ = function("read");
    private static final MemorySegment WRITE = function("write");
    private static final MemorySegment SYSCALL = function("syscall");

    private Libc() {}

    /** {@code int socket(int domain, int type, int protocol)}. */
    public static int socket(MemorySegment callState, int domain, int type, int protocol) {
        return (int) ErrnoCall.call(SOCKET, callState, domain, type, protocol);
    }

    /** {@code int socketpair(int domain, int type, int protocol, int sv[2])}. */
    public static int socketpair(
            MemorySegment callState, int domain, int type, int protocol, long sv) {
        return (int) ErrnoCall.call(SOCKETPAIR, callState, domain, type, protocol, sv);
    }

    /** {@code int bind(int fd, const struct sockaddr *addr, socklen_t addrlen)}. */
    public static int bind(MemorySegment callState, int fd, long addr, int addrlen) {
        return (int) ErrnoCall.call(BIND, callState, fd, addr, addrlen);
    }

    /** {@code int listen(int fd, int backlog)}. */
    public static int listen(MemorySegment callState, int fd, int backlog) {
        return (int) ErrnoCall.call(LISTEN, callState, fd, backlog);
    }

    /** {@code int accept4(int fd, struct sockaddr *addr, socklen_t *addrlen, int flags)}. */
    public static int accept4(
            MemorySegment callState, int fd, long addr, long addrlen, int flags) {
        return (int) ErrnoCall.call(ACCEPT4, callState, fd, addr, addrlen, flags);
    }

    /** {@code int connect(int fd, const struct sockaddr *addr, socklen_t addrlen)}. */
    public static int connect(MemorySegment callState, int fd, long addr, int addrlen) {
        return (int) ErrnoCall.call(CONNECT, callState, fd, addr, addrlen);
    }

    /**
     * {@code ssize_t recv(int fd, void *buf, size_t len, int flags)}.
     *
     * <p>As {@link #send} by {@code syscall}: the C library's own function is a point of
     * pthread_cancel(3), for which it makes two calls more in a process with several threads.
     */
    public static long recv(MemorySegment callState, int fd, long buf, long len, int flags) {
        return ErrnoCall.call(
                SYSCALL, callState, SocketConstants.SYS_recvfrom, fd, buf, len, flags, 0, 0);
    }

    /** As {@link #recv} with memory of the heap; the call must not wait. */
    public static long recv(
            MemorySegment callState, int fd, MemorySegment heap, long len, int flags) {
        return HeapCall.call(
                SYSCALL, callState, SocketConstants.SYS_recvfrom, fd, heap, len, flags);
    }

    /** As {@link #send} with memory of the heap; the call must not wait. */
    public static long send(
            MemorySegment callState, int fd, MemorySegment heap, long len, int flags) {
        return HeapCall.call(
                SYSCALL, callState, SocketConstants.SYS_sendto, fd, heap, len, flags);
    }

    /** {@code ssize_t send(int fd, const void *buf, size_t len, int flags)}: see {@link #recv}. */
    public static long send(MemorySegment callState, int fd, long buf, long len, int flags) {
        return ErrnoCall.call(
                SYSCALL, callState, SocketConstants.SYS_sendto, fd, buf, len, flags, 0, 0);
    }

    /**
     * {@code ssize_t recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *addr,
     * socklen_t *addrlen)}: see {@link #recv}.
     */
    public static long recvfrom(
            MemorySegment callState, int fd, long buf, long len, int flags, long addr,
            long addrlen) {
        return ErrnoCall.call(
                SYSCALL, callState, SocketConstants.SYS_recvfrom, fd, buf, len, flags, addr,
                addrlen);
    }

    /**
     * {@code ssize_t sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr
     * *addr, socklen_t addrlen)}: see {@link #recv}.
     */
    public static long sendto(
            MemorySegment callState, int fd, long buf, long len, int flags, long addr,
            int addrlen) {
        return ErrnoCall.call(
                SYSCALL, callState, SocketConstants.SYS_sendto, fd, buf, len, flags, addr,
                addrlen);
    }

    /** {@code ssize_t recvmsg(int fd, struct msghdr *msg, int flags)}: see {@link Msghdr}. */
    public static long recvmsg(MemorySegment callState, int fd, long msg, int flags) {
        return ErrnoCall.call(RECVMSG, callState, fd, msg, flags);
    }

    /** {@code ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)}: {@link Msghdr}. */
    public static long sendmsg(MemorySegment callState, int fd, long msg, int flags) {
        return ErrnoCall.call(SENDMSG, callState, fd, msg, flags);
    }

    /** {@code int shutdown(int fd, int how)}. */
    public static int shutdown(MemorySegment callState, int fd, int how) {
        return (int) ErrnoCall.call(SHUTDOWN, callState, fd, how);
    }

    /**
     * {@code int close(int fd)}. The descriptor is gone on Linux whatever the result is, EINTR
     * included: it must not be closed again.
     */
    public static int close(MemorySegment callState, int fd) {
        return (int) ErrnoCall.call(CLOSE, callState, fd);
    }

    /**
     * {@code int setsockopt(int fd, int level, int optname, const void *optval, socklen_t
     * optlen)}.
     */
    public static int setsockopt(
            MemorySegment callState, int fd, int level, int optname, long optval, int optlen) {
        return (int) ErrnoCall.call(SETSOCKOPT, callState, fd, level, optname, optval, optlen);
    }

    /** {@code int getsockopt(int fd, int level, int optname, void *optval, socklen_t *optlen)}. */
    public static int getsockopt(
            MemorySegment callState, int fd, int level, int optname, long optval, long optlen) {
        return (int) ErrnoCall.call(GETSOCKOPT, callState, fd, level, optname, optval, optlen);
    }

    /** {@code int getsockname(int fd, struct sockaddr *addr, socklen_t *addrlen)}. */
    public static int getsockname(MemorySegment callState, int fd, long addr, long addrlen) {
        return (int) ErrnoCall.call(GETSOCKNAME, callState, fd, addr, addrlen);
    }

    /** {@code int getpeername(int fd, struct sockaddr *addr, socklen_t *addrlen)}. */
    public static int getpeername(MemorySegment callState, int fd, long addr, long addrlen) {
        return (int) ErrnoCall.call(GETPEERNAME, callState, fd, addr, addrlen);
    }

    /** {@code int fcntl(int fd, int op, int arg)}. */
    public static int fcntl(MemorySegment callState, int fd, int op, int arg) {
        return (int) ErrnoCall.call(FCNTL, callState, fd, op, arg);
    }

    /** {@code int ioctl(int fd, unsigned long op, void *arg)}: FIONREAD, SIOCOUTQ. */
    public static int ioctl(MemorySegment callState, int fd, long op, long arg) {
        return (int) ErrnoCall.call(IOCTL, callState, fd, op, arg);
    }

    /** {@code int poll(struct pollfd *fds, nfds_t nfds, int timeoutMillis)}: {@link Pollfd}. */
    public static int poll(MemorySegment callState, long fds, long nfds, int timeoutMillis) {
        return (int) ErrnoCall.call(POLL, callState, fds, nfds, timeoutMillis);
    }

    /** {@code int epoll_create1(int flags)}. */
    public static int epoll_create1(MemorySegment callState, int flags) {
        return (int) ErrnoCall.call(EPOLL_CREATE1, callState, flags);
    }

    /** {@code int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)}. */
    public static int epoll_ctl(MemorySegment callState, int epfd, int op, int fd, long event) {
        return (int) ErrnoCall.call(EPOLL_CTL, callState, epfd, op, fd, event);
    }

    /**
     * {@code int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int
     * timeoutMillis)}: see {@link EpollEvent}; -1 milliseconds waits for ever.
     */
    public static int epoll_wait(
            MemorySegment callState, int epfd, long events, int maxevents, int timeoutMillis) {
        return (int) ErrnoCall.call(
                EPOLL_WAIT, callState, epfd, events, maxevents, timeoutMillis);
    }

    /**
     * {@code int epoll_pwait2(int epfd, struct epoll_event *events, int maxevents, const struct
     * timespec *timeout, const sigset_t *sigmask)} with no signal mask.
     *
     * <p>Linux 5.11. A C library without the function (glibc before 2.35, musl) is passed by with
     * {@code syscall}; a kernel without it answers -1 and ENOSYS, and the caller then uses {@link
     * #epoll_wait}.
     *
     * @param timeout address of a {@link Timespec}, or 0 to wait for ever
     */
    public static int epoll_pwait2(
            MemorySegment callState, int epfd, long events, int maxevents, long timeout) {
        if (EPOLL_PWAIT2 != null) {
            return (int) ErrnoCall.call(
                    EPOLL_PWAIT2, callState, epfd, events, maxevents, timeout, 0);
        }
        // The kernel's own form has the size of the signal mask as its last argument.
        return (int) ErrnoCall.call(
                SYSCALL, callState, EpollConstants.SYS_epoll_pwait2, epfd, events, maxevents,
                timeout, 0, 0);
    }

    /** {@code int eventfd(unsigned int initval, int flags)}. */
    public static int eventfd(MemorySegment callState, int initval, int flags) {
        return (int) ErrnoCall.call(EVENTFD, callState, initval, flags);
    }

    /** {@code ssize_t read(int fd, void *buf, size_t count)}. */
    public static long read(MemorySegment callState, int fd, long buf, long count) {
        return ErrnoCall.call(READ, callState, fd, buf, count);
    }

    /** {@code ssize_t write(int fd, const void *buf, size_t count)}. */
    public static long write(MemorySegment callState, int fd, long buf, long count) {
        return ErrnoCall.call(WRITE, callState, fd, buf, count);
    }

    /** {@code long syscall(long number, ...)} with all six arguments. */
    public static long syscall(
            MemorySegment callState, long number, long a, long b, long c, long d, long e,
            long f) {
        return ErrnoCall.call(SYSCALL, callState, number, a, b, c, d, e, f);
    }
}
