package dev.sluice.internal.ffi.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** Native memory and descriptors for one test on one thread, all released at its end. */
public final class LibcFixture implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final Deque<Integer> descriptors = new ArrayDeque<>();
    private final CallState callState = new CallState(arena);

    public Arena arena() {
        return arena;
    }

    public CallState callState() {
        return callState;
    }

    /** The capture segment, as the bindings take it. */
    public MemorySegment state() {
        return callState.segment();
    }

    public int errno() {
        return callState.errno();
    }

    /** The address of {@code byteCount} zeroed bytes. */
    public long memory(int byteCount) {
        return arena.allocate(byteCount, 8).address();
    }

    public long text(String text) {
        return arena.allocateFrom(text, StandardCharsets.UTF_8).address();
    }

    /** Checks a call's result and keeps it as a descriptor to close. */
    public int descriptor(int result) {
        ok(result);
        descriptors.push(result);
        return result;
    }

    /** Checks that a call did not fail. */
    public long ok(long result) {
        assertThat(result).as("errno %s", errno()).isNotNegative();
        return result;
    }

    /** Two connected sockets. */
    public int[] pair(int type) {
        long sv = memory(8);
        ok(Libc.socketpair(state(), SocketConstants.AF_UNIX, type, 0, sv));
        return new int[]{descriptor(Memory.getInt(sv)), descriptor(Memory.getInt(sv + 4))};
    }

    public int tcp() {
        return descriptor(Libc.socket(
                state(), SocketConstants.AF_INET,
                SocketConstants.SOCK_STREAM | SocketConstants.SOCK_CLOEXEC, 0));
    }

    /** An IPv6 socket, where this system has the protocol and a loopback address for it. */
    public int ipv6() {
        int fd = Libc.socket(state(), SocketConstants.AF_INET6, SocketConstants.SOCK_STREAM, 0);
        assumeTrue(fd >= 0 || errno() != Errno.EAFNOSUPPORT, "no IPv6 here");
        descriptor(fd);
        long loopback = memory(SockaddrIn6.SIZE);
        Memory.setShort(loopback + SockaddrIn6.SIN6_FAMILY, (short) SocketConstants.AF_INET6);
        Memory.setByte(loopback + SockaddrIn6.SIN6_ADDR + 15, (byte) 1);
        int probe = descriptor(
                Libc.socket(state(), SocketConstants.AF_INET6, SocketConstants.SOCK_DGRAM, 0));
        int result = Libc.bind(state(), probe, loopback, SockaddrIn6.SIZE);
        assumeTrue(result == 0 || errno() != Errno.EADDRNOTAVAIL, "no address ::1 here");
        return fd;
    }

    /** Waits until a descriptor has one of the poll events, five seconds at most. */
    public void awaitEvent(int fd, int events) {
        long pollfd = memory(Pollfd.SIZE);
        Memory.setInt(pollfd + Pollfd.FD, fd);
        Memory.setShort(pollfd + Pollfd.EVENTS, (short) events);
        assertThat(Libc.poll(state(), pollfd, 1, 5_000)).isEqualTo(1);
        assertThat(Memory.getShort(pollfd + Pollfd.REVENTS) & events).isNotZero();
    }

    /** Writes the loopback address of this process with a port; returns where it is. */
    public long loopback(int port) {
        long address = memory(SockaddrIn.SIZE);
        Memory.setShort(address + SockaddrIn.SIN_FAMILY, (short) SocketConstants.AF_INET);
        Memory.setShortBigEndian(address + SockaddrIn.SIN_PORT, (short) port);
        Memory.setIntBigEndian(address + SockaddrIn.SIN_ADDR,
                ByteBuffer.wrap(OwnLoopback.inet().getAddress()).getInt());
        return address;
    }

    /** Binds to {@link #loopback} at any port and returns the port. */
    public int bindToLoopback(int fd) {
        long address = loopback(0);
        ok(Libc.bind(state(), fd, address, SockaddrIn.SIZE));
        long length = memory(4);
        Memory.setInt(length, SockaddrIn.SIZE);
        ok(Libc.getsockname(state(), fd, address, length));
        assertThat(Memory.getInt(length)).isEqualTo(SockaddrIn.SIZE);
        return Short.toUnsignedInt(Memory.getShortBigEndian(address + SockaddrIn.SIN_PORT));
    }

    /** A connected TCP pair over loopback: the client's and the accepted socket. */
    public int[] connectedTcp() {
        int listener = tcp();
        int port = bindToLoopback(listener);
        ok(Libc.listen(state(), listener, 8));
        int client = tcp();
        ok(Libc.connect(state(), client, loopback(port), SockaddrIn.SIZE));
        int accepted = descriptor(
                Libc.accept4(state(), listener, 0, 0, SocketConstants.SOCK_CLOEXEC));
        return new int[]{client, accepted};
    }

    @Override
    public void close() {
        for (int fd : descriptors) {
            // The test may have closed it itself; then EBADF is the answer, and fine.
            Libc.close(state(), fd);
        }
        arena.close();
    }
}
