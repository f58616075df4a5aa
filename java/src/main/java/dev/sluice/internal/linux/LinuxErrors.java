package dev.sluice.internal.linux;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.CodeTexts;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;

/**
 * Maps Linux's error numbers to outcomes.
 *
 * <p>EAGAIN, EINTR and EINPROGRESS do not end a request: a backend handles them before it comes here.
 * Otherwise they are {@link Outcome#UNKNOWN}.
 */
public final class LinuxErrors {
    /** The first ten bits of fe80::/10. */
    private static final long LINK_LOCAL = 0xFE80 >>> 6;

    private LinuxErrors() {}

    /**
     * Returns the outcome of a request of {@code kind} that ended with {@code errno}.
     *
     * <p>EINVAL of a file means that its file system cannot be read from within the kernel: sendfile(2).
     *
     * <p>Two numbers have another meaning for a connect:
     *
     * <ul>
     *   <li>ENOENT: no socket is at the Unix path, so nobody listens there: REFUSED, like a path whose
     *       listener is gone (ECONNREFUSED) or a TCP port without one. See unix(7).
     *   <li>EAGAIN: no local port is left. (On a Unix socket the listener's backlog is full, and
     *       backends retry.) See connect(2).
     * </ul>
     */
    public static Outcome outcomeOf(RequestKind kind, int errno) {
        if (kind == RequestKind.CONNECT && errno == Errno.ENOENT) {
            return Outcome.REFUSED;
        }
        if (kind == RequestKind.CONNECT && errno == Errno.EAGAIN) {
            return Outcome.ADDRESS_UNAVAILABLE;
        }
        if (kind == RequestKind.SEND_FILE && errno == Errno.EINVAL) {
            return Outcome.UNSUPPORTED;
        }
        return outcomeOf(errno);
    }

    /** Returns the outcome of a request that ended with {@code errno}, for its peer's address. */
    public static Outcome outcomeOf(Request request, int errno) {
        if (request.isSegmented()) {
            return outcomeOfSegments(errno);
        }
        boolean noRoute = switch (request.kind) {
            case CONNECT, SEND_TO -> isWithoutRoute(request.peer(), errno);
            case SEND, SEND_VECTORED -> isWithoutRoute(request.channel(), errno);
            default -> false;
        };
        return noRoute ? Outcome.UNREACHABLE : outcomeOf(request.kind, errno);
    }

    /**
     * Of several datagrams in one call EINVAL also means that one does not fit the path's MTU (EMSGSIZE since
     * Linux 6.16), so it says nothing of the route. EIO: the path cannot segment, as with IPsec; see
     * udp_send_skb of the kernel's net/ipv4/udp.c.
     */
    private static Outcome outcomeOfSegments(int errno) {
        return errno == Errno.EIO ? Outcome.UNSUPPORTED : outcomeOf(errno);
    }

    /**
     * Returns true if the error means that no route leads to an address: EINVAL comes from a blackhole
     * route, and for a source address that no route there begins with. It also comes for an invalid
     * address: port 0, or a link-local one without its scope. See ip-route(8).
     */
    public static boolean isWithoutRoute(RawAddress to, int errno) {
        if (errno != Errno.EINVAL || to.port == 0) {
            return false;
        }
        boolean linkLocal = to.family == RawAddress.IPV6 && to.high >>> 54 == LINK_LOCAL;
        boolean whole = !linkLocal || to.scopeId != 0;
        return whole && (to.family == RawAddress.IPV4 || to.family == RawAddress.IPV6);
    }

    /** As above, for the peer of a socket: only datagrams look for their route each time. */
    public static boolean isWithoutRoute(Channel from, int errno) {
        return errno == Errno.EINVAL && !from.stream && from.family != RawAddress.UNIX;
    }

    /**
     * Returns the outcome of an option that could not be set. Here ENOENT means an unknown congestion
     * control, and ENODEV and ENXIO an unknown interface.
     */
    static Outcome outcomeOfOption(int errno) {
        return switch (errno) {
            case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO -> Outcome.INVALID;
            default -> outcomeOf(errno);
        };
    }

    /** Returns the outcome of a call whose kind does not matter; 0 is OK. */
    public static Outcome outcomeOf(int errno) {
        return switch (errno) {
            case 0 -> Outcome.OK;
            case Errno.ECANCELED -> Outcome.CANCELLED;
            case Errno.ETIMEDOUT -> Outcome.TIMED_OUT;
            case Errno.ECONNRESET, Errno.ENETRESET -> Outcome.RESET;
            case Errno.ECONNABORTED -> Outcome.ABORTED;
            case Errno.EPIPE, Errno.ESHUTDOWN -> Outcome.BROKEN_PIPE;
            case Errno.ECONNREFUSED -> Outcome.REFUSED;
            case Errno.EHOSTUNREACH, Errno.ENETUNREACH, Errno.EHOSTDOWN, Errno.ENETDOWN,
                    Errno.ENONET ->
                Outcome.UNREACHABLE;
            case Errno.EADDRINUSE -> Outcome.ADDRESS_IN_USE;
            // ENOENT and ENOTDIR: a Unix path in a folder that is not there. ENODEV and ENXIO: a
            // scope id of no interface.
            case Errno.EADDRNOTAVAIL, Errno.ENOENT, Errno.ENOTDIR, Errno.ENODEV, Errno.ENXIO ->
                Outcome.ADDRESS_UNAVAILABLE;
            // EDESTADDRREQ: a datagram socket without a peer, send(2).
            case Errno.ENOTCONN, Errno.EDESTADDRREQ -> Outcome.NOT_CONNECTED;
            case Errno.EMSGSIZE -> Outcome.MESSAGE_TOO_BIG;
            // ETOOMANYREFS: more descriptors in flight than RLIMIT_NOFILE, unix(7).
            case Errno.EMFILE, Errno.ENFILE, Errno.ETOOMANYREFS -> Outcome.OUT_OF_DESCRIPTORS;
            // ENOSPC: the limit of epoll watches, epoll_ctl(2).
            case Errno.ENOBUFS, Errno.ENOMEM, Errno.ENOSPC -> Outcome.OUT_OF_MEMORY;
            case Errno.EOPNOTSUPP, Errno.EPROTONOSUPPORT, Errno.EAFNOSUPPORT, Errno.EPFNOSUPPORT,
                    Errno.ESOCKTNOSUPPORT, Errno.ENOPROTOOPT, Errno.ENOSYS ->
                Outcome.UNSUPPORTED;
            case Errno.EACCES, Errno.EPERM, Errno.EROFS -> Outcome.PERMISSION;
            case Errno.EINVAL, Errno.EBADF, Errno.ENOTSOCK, Errno.EFAULT, Errno.EISCONN,
                    Errno.EALREADY, Errno.EDOM, Errno.ERANGE, Errno.EPROTOTYPE,
                    Errno.ENAMETOOLONG, Errno.ELOOP ->
                Outcome.INVALID;
            default -> Outcome.UNKNOWN;
        };
    }

    /**
     * Returns true if accept4 should be called again: a signal came, or the connection ended before it was
     * accepted. Linux reports the network errors of a new connection there, which mean nothing for the
     * listener: see the section on error handling in accept(2).
     */
    public static boolean isTransientAcceptError(int errno) {
        return switch (errno) {
            case Errno.EINTR, Errno.ECONNABORTED, Errno.EPROTO, Errno.ENETDOWN, Errno.ENETUNREACH,
                    Errno.EHOSTDOWN, Errno.EHOSTUNREACH, Errno.ENONET ->
                true;
            default -> false;
        };
    }

    /** Returns the C name, such as EADDRINUSE, or {@code errno 4095} if the number has none. */
    public static String nameOf(int errno) {
        CodeTexts.Entry entry = ErrnoTexts.ALL.find(errno);
        return entry == null ? "errno " + errno : entry.name();
    }

    /** Returns a text for messages: {@code EADDRINUSE (98): Address already in use}. */
    public static String describe(int errno) {
        CodeTexts.Entry entry = ErrnoTexts.ALL.find(errno);
        return entry == null
                ? "errno " + errno
                : entry.name() + " (" + errno + "): " + entry.text();
    }
}
