package dev.sluice.internal.epoll;

import dev.sluice.internal.ffi.CallCounts;
import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.internal.ffi.linux.EpollConstants;
import dev.sluice.internal.ffi.linux.EpollEvent;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.Timespec;
import dev.sluice.internal.linux.LinuxErrors;
import dev.sluice.internal.linux.LinuxTryCalls;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.WaitFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The epoll descriptor with its batch of fetched events, and the eventfd that ends a wait.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll(7)</a>
 */
final class EpollSet {
    /** The token of the eventfd: an index that no channel has. */
    static final long WAKEUP = -1L;

    private static final int MOST_AT_ONCE = 512;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private static final int SOCKET_EVENTS =
            EpollConstants.EPOLLIN
                    | EpollConstants.EPOLLPRI
                    | EpollConstants.EPOLLOUT
                    | EpollConstants.EPOLLRDHUP
                    | EpollConstants.EPOLLET;

    /**
     * Each datagram that the kernel has sent makes an edge of room (sock_def_write_space), which would wake
     * the owner; so datagram sockets ask for these edges only once a send found no room.
     */
    private static final int DATAGRAM_EVENTS = SOCKET_EVENTS & ~EpollConstants.EPOLLOUT;

    /** No more than one poll delivers: an event that is fetched early has left the cache by then. */
    private final int batch;

    private final CallState callState;
    private final CallCounts calls;
    private final MemorySegment capture;
    private final long events;
    private final long timespec;
    private final long one;

    /**
     * Other threads write the eventfd, with memory of their own for errno. The segment also keeps alive
     * the memory of the arena that is known here by its address alone.
     */
    private final MemorySegment wakeupCapture;

    private final int epollFd;
    private final int eventFd;
    private boolean nanosecondWaits = true;
    private int fetched;
    private int handled;

    EpollSet(CallState callState, int maxEvents, Arena arena) throws NativeFailure {
        this.batch = Math.min(maxEvents, MOST_AT_ONCE);
        this.callState = callState;
        this.calls = callState.calls();
        this.capture = callState.segment();
        this.events = arena.allocate((long) batch * EpollEvent.SIZE, Long.BYTES).address();
        this.timespec = arena.allocate(Timespec.SIZE, Long.BYTES).address();
        this.one = arena.allocate(Long.BYTES, Long.BYTES).address();
        this.wakeupCapture = new CallState(arena).segment();
        Memory.setLong(one, 1);
        epollFd = Libc.epoll_create1(capture, EpollConstants.EPOLL_CLOEXEC);
        if (epollFd < 0) {
            throw LinuxTryCalls.failure("epoll_create1", callState.errno());
        }
        int flags = EpollConstants.EFD_CLOEXEC | EpollConstants.EFD_NONBLOCK;
        eventFd = Libc.eventfd(capture, 0, flags);
        if (eventFd < 0) {
            int errno = callState.errno();
            Libc.close(capture, epollFd);
            throw LinuxTryCalls.failure("eventfd", errno);
        }
        int wakeupEvents = EpollConstants.EPOLLIN | EpollConstants.EPOLLET;
        int errno = add(eventFd, WAKEUP, wakeupEvents);
        if (errno != 0) {
            close();
            throw LinuxTryCalls.failure("epoll_ctl", errno);
        }
    }

    /** Registers a socket, with edges of room or without; returns errno, or 0. */
    int register(int fd, long token, boolean room) {
        return add(fd, token, room ? SOCKET_EVENTS : DATAGRAM_EVENTS);
    }

    /** Adds edges of room; the present state counts as one, epoll_ctl(2). Returns errno, or 0. */
    int addRoom(int fd, long token) {
        return control(EpollConstants.EPOLL_CTL_MOD, fd, token, SOCKET_EVENTS);
    }

    /** Removes a socket whose descriptor stays open, here or in another process. */
    void remove(int fd) {
        control(EpollConstants.EPOLL_CTL_DEL, fd, WAKEUP, 0);
    }

    private int add(int fd, long token, int wanted) {
        return control(EpollConstants.EPOLL_CTL_ADD, fd, token, wanted);
    }

    private int control(int operation, int fd, long token, int wanted) {
        // The batch may be in use: the event uses the memory of the timeout.
        long event = timespec;
        Memory.setInt(event + EpollEvent.EVENTS, wanted);
        Memory.setLong(event + EpollEvent.DATA, token);
        calls.addOther();
        int result = Libc.epoll_ctl(capture, epollFd, operation, fd, event);
        return result < 0 ? callState.errno() : 0;
    }

    boolean hasFetched() {
        return handled < fetched;
    }

    /** Fetches a batch unless one is still being handled; returns how many events there are. */
    int fetch(long timeoutNanos) {
        if (handled < fetched) {
            return fetched - handled;
        }
        long endNanos = timeoutNanos > 0 ? System.nanoTime() + timeoutNanos : 0;
        int count = waitNanos(timeoutNanos);
        while (count < 0) {
            if (callState.errno() != Errno.EINTR) {
                throw new WaitFailure("epoll_wait", LinuxErrors.describe(callState.errno()));
            }
            // A signal, such as a profiler's, ended the call; the wait continues.
            count = waitNanos(leftOf(timeoutNanos, endNanos));
        }
        handled = 0;
        fetched = count;
        return fetched;
    }

    private static long leftOf(long timeoutNanos, long endNanos) {
        return timeoutNanos <= 0 ? timeoutNanos : Math.max(0, endNanos - System.nanoTime());
    }

    private int waitNanos(long timeoutNanos) {
        calls.addWait();
        if (timeoutNanos == 0) {
            return Libc.epoll_wait(capture, epollFd, events, batch, 0);
        }
        if (timeoutNanos < 0) {
            return Libc.epoll_wait(capture, epollFd, events, batch, -1);
        }
        if (nanosecondWaits) {
            Memory.setLong(timespec + Timespec.TV_SEC, timeoutNanos / NANOS_PER_SECOND);
            Memory.setLong(timespec + Timespec.TV_NSEC, timeoutNanos % NANOS_PER_SECOND);
            int count = Libc.epoll_pwait2(capture, epollFd, events, batch, timespec);
            if (count >= 0 || !isRefusal(callState.errno())) {
                return count;
            }
            nanosecondWaits = false;
            calls.addWait();
        }
        long millis = Math.ceilDiv(timeoutNanos, NANOS_PER_MILLI);
        int bounded = (int) Math.min(millis, Integer.MAX_VALUE);
        return Libc.epoll_wait(capture, epollFd, events, batch, bounded);
    }

    /**
     * Returns true if the kernel does not have the call, or a filter does not know it: those from before
     * Linux 5.11 fail with EPERM. Wrong arguments would fail epoll_wait(2) as well.
     */
    private static boolean isRefusal(int errno) {
        return switch (errno) {
            case Errno.ENOSYS, Errno.EPERM, Errno.EACCES, Errno.EINVAL, Errno.EOPNOTSUPP -> true;
            default -> false;
        };
    }

    /** Returns true if waits are exact to the nanosecond (epoll_pwait2, Linux 5.11). */
    boolean probeNanosecondWaits() {
        waitNanos(1);
        return nanosecondWaits;
    }

    /** Moves to the next fetched event, which {@link #token} and {@link #flags} then read. */
    boolean next() {
        if (handled == fetched) {
            return false;
        }
        handled++;
        return true;
    }

    long token() {
        return Memory.getLong(current() + EpollEvent.DATA);
    }

    int flags() {
        return Memory.getInt(current() + EpollEvent.EVENTS);
    }

    private long current() {
        return events + (long) (handled - 1) * EpollEvent.SIZE;
    }

    /**
     * Ends a wait. Any thread may call. The eventfd is edge-triggered and never read: each write is an
     * edge, and the counter cannot overflow in the life of a machine.
     */
    synchronized void wakeup() {
        Libc.write(wakeupCapture, eventFd, one, Long.BYTES);
    }

    void close() {
        Libc.close(capture, eventFd);
        Libc.close(capture, epollFd);
    }
}
