package dev.sluice.internal.ffi.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sluice.internal.ffi.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("aarch64")
@EnabledOnOs(OS.LINUX)
class LibcEpollTest {
    private static final int MAX_EVENTS = 4;

    private final LibcFixture c = new LibcFixture();
    private final int epoll =
            c.descriptor(Libc.epoll_create1(c.state(), EpollConstants.EPOLL_CLOEXEC));
    private final long events = c.memory(MAX_EVENTS * EpollEvent.SIZE);

    @AfterEach
    void release() {
        c.close();
    }

    @Test
    void everyEventBringsTheDataOfItsRegistration() {
        int[] one = c.pair(SocketConstants.SOCK_STREAM);
        int[] other = c.pair(SocketConstants.SOCK_STREAM);
        watch(one[0], EpollConstants.EPOLLIN | EpollConstants.EPOLLET, 0x0123456789abcdefL);
        watch(other[0], EpollConstants.EPOLLIN | EpollConstants.EPOLLET, -2L);
        long bytes = c.memory(1);
        Libc.send(c.state(), one[1], bytes, 1, 0);
        Libc.send(c.state(), other[1], bytes, 1, 0);

        assertThat(Libc.epoll_wait(c.state(), epoll, events, MAX_EVENTS, 5_000)).isEqualTo(2);
        assertThat(Memory.getInt(events + EpollEvent.EVENTS)).isEqualTo(EpollConstants.EPOLLIN);
        assertThat(Memory.getLong(events + EpollEvent.DATA)).isEqualTo(0x0123456789abcdefL);
        long second = events + EpollEvent.SIZE;
        assertThat(Memory.getInt(second + EpollEvent.EVENTS)).isEqualTo(EpollConstants.EPOLLIN);
        assertThat(Memory.getLong(second + EpollEvent.DATA)).isEqualTo(-2L);

        // Edge-triggered: the same bytes are no news.
        assertThat(Libc.epoll_wait(c.state(), epoll, events, MAX_EVENTS, 0)).isZero();
    }

    private void watch(int fd, int interest, long data) {
        long event = c.memory(EpollEvent.SIZE);
        Memory.setInt(event + EpollEvent.EVENTS, interest);
        Memory.setLong(event + EpollEvent.DATA, data);
        c.ok(Libc.epoll_ctl(c.state(), epoll, EpollConstants.EPOLL_CTL_ADD, fd, event));
    }

    @Test
    void aWaitOfNanosecondsEndsLongBeforeAMillisecondWould() {
        long timeout = timespec(0, 200_000);
        long shortest = Long.MAX_VALUE;
        // On a busy machine most waits last until it is this thread's turn.
        for (int i = 0; i < 5000 && shortest >= 1_000_000; i++) {
            long start = System.nanoTime();
            int result = Libc.epoll_pwait2(c.state(), epoll, events, MAX_EVENTS, timeout);
            long took = System.nanoTime() - start;
            assumeFalse(result < 0 && c.errno() == Errno.ENOSYS, "no epoll_pwait2 here");
            assertThat(result).isZero();
            assertThat(took).isGreaterThanOrEqualTo(200_000);
            shortest = Math.min(shortest, took);
        }
        assertThat(shortest).isLessThan(1_000_000);
    }

    /** What Libc does where the C library lacks the function. */
    @Test
    void theSystemCallItselfTakesTheSameArguments() {
        int[] pair = c.pair(SocketConstants.SOCK_STREAM);
        watch(pair[0], EpollConstants.EPOLLOUT, 5);
        long result = Libc.syscall(
                c.state(), EpollConstants.SYS_epoll_pwait2, epoll, events, MAX_EVENTS,
                timespec(5, 0), 0, 0);
        assumeFalse(result < 0 && c.errno() == Errno.ENOSYS, "no epoll_pwait2 here");
        assertThat(result).isEqualTo(1);
        assertThat(Memory.getLong(events + EpollEvent.DATA)).isEqualTo(5);
    }

    private long timespec(long seconds, long nanos) {
        long timespec = c.memory(Timespec.SIZE);
        Memory.setLong(timespec + Timespec.TV_SEC, seconds);
        Memory.setLong(timespec + Timespec.TV_NSEC, nanos);
        return timespec;
    }

    @Test
    void anEventCounterWakesTheWait() {
        int counter = c.descriptor(Libc.eventfd(
                c.state(), 0, EpollConstants.EFD_NONBLOCK | EpollConstants.EFD_CLOEXEC));
        watch(counter, EpollConstants.EPOLLIN, 9);
        assertThat(Libc.epoll_wait(c.state(), epoll, events, MAX_EVENTS, 0)).isZero();
        long value = c.memory(8);
        Memory.setLong(value, 3);
        assertThat(Libc.write(c.state(), counter, value, 8)).isEqualTo(8);
        assertThat(Libc.epoll_wait(c.state(), epoll, events, MAX_EVENTS, -1)).isEqualTo(1);
        assertThat(Libc.read(c.state(), counter, value, 8)).isEqualTo(8);
        assertThat(Memory.getLong(value)).isEqualTo(3);
        assertThat(Libc.read(c.state(), counter, value, 8)).isEqualTo(-1);
        assertThat(c.errno()).isEqualTo(Errno.EAGAIN);
    }
}
