package dev.sluice.internal.ffi.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.ffi.CallState;
import dev.sluice.internal.ffi.Memory;
import java.lang.foreign.Arena;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("aarch64")
@EnabledOnOs(OS.LINUX)
class LibcTest {
    private final LibcFixture c = new LibcFixture();

    @AfterEach
    void release() {
        c.close();
    }

    @Test
    void sentBytesAreReceivedThroughASocketPair() {
        int[] pair = c.pair(SocketConstants.SOCK_STREAM);
        long out = c.text("eleven chars");
        long in = c.memory(32);
        assertThat(Libc.send(c.state(), pair[0], out, 12, SocketConstants.MSG_NOSIGNAL))
                .isEqualTo(12);
        assertThat(Libc.recv(c.state(), pair[1], in, 32, 0)).isEqualTo(12);
        assertThat(Memory.getString(in, 32)).isEqualTo("eleven chars");
        assertThat(Libc.write(c.state(), pair[1], in, 3)).isEqualTo(3);
        assertThat(Libc.read(c.state(), pair[0], out, 8)).isEqualTo(3);
        c.ok(Libc.shutdown(c.state(), pair[0], SocketConstants.SHUT_WR));
        assertThat(Libc.recv(c.state(), pair[1], in, 32, 0)).isZero();
    }

    @Test
    void aFailedCallIsMinusOneWithItsErrno() {
        int[] pair = c.pair(SocketConstants.SOCK_STREAM);
        assertThat(Libc.recv(c.state(), pair[0], c.memory(8), 8, SocketConstants.MSG_DONTWAIT))
                .isEqualTo(-1);
        assertThat(c.errno()).isEqualTo(Errno.EAGAIN);
        assertThat(Libc.close(c.state(), -1)).isEqualTo(-1);
        assertThat(c.errno()).isEqualTo(Errno.EBADF);
        assertThat(Libc.socket(c.state(), -7, SocketConstants.SOCK_STREAM, 0)).isEqualTo(-1);
        assertThat(c.errno()).isEqualTo(Errno.EAFNOSUPPORT);
    }

    @Test
    void everyThreadHasItsOwnErrno() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> one = threads.submit(() -> failsAlways(together, Errno.EBADF));
            Future<?> other = threads.submit(() -> failsAlways(together, Errno.EAFNOSUPPORT));
            one.get();
            other.get();
        }
    }

    private static boolean failsAlways(CyclicBarrier together, int expected) throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            CallState state = new CallState(arena);
            together.await();
            for (int i = 0; i < 20_000; i++) {
                int result = expected == Errno.EBADF
                        ? Libc.close(state.segment(), -1)
                        : Libc.socket(state.segment(), -7, 1, 0);
                assertThat(result).isEqualTo(-1);
                assertThat(state.errno()).isEqualTo(expected);
            }
        }
        return true;
    }

    @Test
    void acceptedAndConnectedSocketsKnowEachOther() {
        int listener = c.tcp();
        int port = c.bindToLoopback(listener);
        c.ok(Libc.listen(c.state(), listener, SocketConstants.SOMAXCONN));
        int client = c.tcp();
        c.ok(Libc.connect(c.state(), client, c.loopback(port), SockaddrIn.SIZE));
        long peer = c.memory(SockaddrStorage.SIZE);
        long length = c.memory(4);
        Memory.setInt(length, SockaddrStorage.SIZE);
        int accepted = c.descriptor(Libc.accept4(
                c.state(), listener, peer, length,
                SocketConstants.SOCK_NONBLOCK | SocketConstants.SOCK_CLOEXEC));
        assertThat(Memory.getInt(length)).isEqualTo(SockaddrIn.SIZE);
        short clientPort = Memory.getShortBigEndian(peer + SockaddrIn.SIN_PORT);

        assertThat(Libc.fcntl(c.state(), accepted, SocketConstants.F_GETFL, 0)
                & SocketConstants.O_NONBLOCK).isNotZero();
        assertThat(Libc.fcntl(c.state(), accepted, SocketConstants.F_GETFD, 0))
                .isEqualTo(SocketConstants.FD_CLOEXEC);
        c.ok(Libc.getsockname(c.state(), client, peer, length));
        assertThat(Memory.getShortBigEndian(peer + SockaddrIn.SIN_PORT)).isEqualTo(clientPort);
        c.ok(Libc.getpeername(c.state(), client, peer, length));
        assertThat(Memory.getShortBigEndian(peer + SockaddrIn.SIN_PORT)).isEqualTo((short) port);
    }

    @Test
    void aDatagramCarriesItsSender() {
        int receiver = udp();
        int sender = udp();
        int port = c.bindToLoopback(receiver);
        int senderPort = c.bindToLoopback(sender);
        long buffer = c.text("datagram");
        assertThat(Libc.sendto(
                c.state(), sender, buffer, 8, 0, c.loopback(port), SockaddrIn.SIZE)).isEqualTo(8);
        long from = c.memory(SockaddrStorage.SIZE);
        long length = c.memory(4);
        Memory.setInt(length, SockaddrStorage.SIZE);
        assertThat(Libc.recvfrom(
                c.state(), receiver, c.memory(4), 4, SocketConstants.MSG_TRUNC, from, length))
                .isEqualTo(8);
        assertThat(Memory.getShortBigEndian(from + SockaddrIn.SIN_PORT))
                .isEqualTo((short) senderPort);
    }

    private int udp() {
        return c.descriptor(Libc.socket(
                c.state(), SocketConstants.AF_INET, SocketConstants.SOCK_DGRAM, 0));
    }

    @Test
    void messagesGatherAndScatterTheirBuffers() {
        int[] pair = c.pair(SocketConstants.SOCK_SEQPACKET);
        long out = message(c.text("gather"), 3, c.text("scatter"), 2);
        assertThat(Libc.sendmsg(c.state(), pair[0], out, 0)).isEqualTo(5);
        long first = c.memory(8);
        long second = c.memory(8);
        long in = message(first, 1, second, 2);
        assertThat(Libc.recvmsg(c.state(), pair[1], in, 0)).isEqualTo(3);
        assertThat(Memory.getString(first, 8)).isEqualTo("g");
        assertThat(Memory.getString(second, 8)).isEqualTo("at");
        assertThat(Memory.getInt(in + Msghdr.MSG_FLAGS) & SocketConstants.MSG_TRUNC).isNotZero();
    }

    private long message(long first, long firstLength, long second, long secondLength) {
        long vector = c.memory(2 * Iovec.SIZE);
        Memory.setLong(vector + Iovec.IOV_BASE, first);
        Memory.setLong(vector + Iovec.IOV_LEN, firstLength);
        Memory.setLong(vector + Iovec.SIZE + Iovec.IOV_BASE, second);
        Memory.setLong(vector + Iovec.SIZE + Iovec.IOV_LEN, secondLength);
        long message = c.memory(Msghdr.SIZE);
        Memory.setLong(message + Msghdr.MSG_IOV, vector);
        Memory.setLong(message + Msghdr.MSG_IOVLEN, 2);
        return message;
    }

    @Test
    void countsOfUnreadAndUnsentBytesAreAsked() {
        int[] tcp = c.connectedTcp();
        assertThat(Libc.send(c.state(), tcp[0], c.memory(64), 64, 0)).isEqualTo(64);
        c.awaitEvent(tcp[1], EpollConstants.POLLIN);
        long count = c.memory(4);
        c.ok(Libc.ioctl(c.state(), tcp[1], SocketConstants.FIONREAD, count));
        assertThat(Memory.getInt(count)).isEqualTo(64);
        c.ok(Libc.ioctl(c.state(), tcp[1], SocketConstants.SIOCOUTQ, count));
        assertThat(Memory.getInt(count)).isZero();
    }

    @Test
    void optionsAreSetAndRead() {
        int fd = c.tcp();
        long value = c.memory(8);
        Memory.setInt(value, 1);
        Memory.setInt(value + 4, 4);
        c.ok(Libc.setsockopt(
                c.state(), fd, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY, value,
                4));
        Memory.setInt(value, 0);
        c.ok(Libc.getsockopt(
                c.state(), fd, SocketConstants.IPPROTO_TCP, SocketConstants.TCP_NODELAY, value,
                value + 4));
        assertThat(Memory.getInt(value)).isEqualTo(1);
    }
}
