package dev.sluice.internal.linux;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.LibcFixture;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.spi.TcpSnapshot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("aarch64")
@EnabledOnOs(OS.LINUX)
class LinuxTcpInfoTest {
    private final LibcFixture c = new LibcFixture();
    private final LinuxTcpInfo tcpInfo = new LinuxTcpInfo(c.arena(), c.callState());

    @AfterEach
    void release() {
        c.close();
    }

    private TcpSnapshot read(int fd) {
        TcpSnapshot snapshot = tcpInfo.read(fd);
        assumeTrue(snapshot != null, "TCP_INFO is refused here: "
                + LinuxErrors.describe(c.errno()));
        return requireNonNull(snapshot);
    }

    /** User-mode qemu hands over the first four bytes alone. */
    private static void assumeTheWholeAnswer(TcpSnapshot snapshot) {
        assumeTrue(snapshot.roundTripMicros() != -1, "TCP_INFO is cut here, as by an emulator");
    }

    @Test
    void anIdleConnectionIsEstablishedAndOwesNothing() {
        TcpSnapshot snapshot = read(c.connectedTcp()[0]);
        assertThat(snapshot.state()).isEqualTo(SocketConstants.TCP_ESTABLISHED);
        assumeTheWholeAnswer(snapshot);
        assertThat(snapshot.roundTripMicros()).isPositive().isLessThan(10_000_000);
        assertThat(snapshot.roundTripVarianceMicros()).isNotNegative();
        assertThat(snapshot.congestionWindowBytes()).isGreaterThan(1000);
        assertThat(snapshot.retransmits()).isZero();
        assertThat(snapshot.bytesUnsent()).isZero();
        assertThat(snapshot.bytesUnacknowledged()).isZero();
    }

    @Test
    void whatThePeerDoesNotReadWaitsInTheSendQueue() {
        int[] tcp = c.connectedTcp();
        long block = c.memory(1 << 16);
        long sent = 0;
        long moved = 0;
        while (moved >= 0) {
            sent += moved;
            moved = Libc.send(
                    c.state(), tcp[0], block, 1 << 16, SocketConstants.MSG_DONTWAIT);
        }
        assertThat(c.errno()).isEqualTo(Errno.EAGAIN);
        TcpSnapshot snapshot = read(tcp[0]);
        assertThat(snapshot.bytesUnacknowledged()).isPositive().isLessThanOrEqualTo(sent);
        assumeTheWholeAnswer(snapshot);
        assertThat(snapshot.bytesUnsent()).isBetween(1L, snapshot.bytesUnacknowledged());
    }

    @Test
    void aListenerHasNoSendQueue() {
        int listener = c.tcp();
        c.bindToLoopback(listener);
        c.ok(Libc.listen(c.state(), listener, 1));
        TcpSnapshot snapshot = read(listener);
        assertThat(snapshot.state()).isEqualTo(SocketConstants.TCP_LISTEN);
        assertThat(snapshot.bytesUnacknowledged()).isEqualTo(-1);
    }

    @Test
    void anotherKindOfSocketHasNoFigures() {
        int[] pair = c.pair(SocketConstants.SOCK_STREAM);
        assertThat(tcpInfo.read(pair[0])).isNull();
        assertThat(c.errno()).isIn(Errno.EOPNOTSUPP, Errno.ENOPROTOOPT);
    }
}
