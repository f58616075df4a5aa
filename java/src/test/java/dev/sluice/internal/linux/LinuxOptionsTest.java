package dev.sluice.internal.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.sluice.internal.ffi.linux.EpollConstants;
import dev.sluice.internal.ffi.linux.Errno;
import dev.sluice.internal.ffi.linux.Libc;
import dev.sluice.internal.ffi.linux.LibcFixture;
import dev.sluice.internal.ffi.linux.SockaddrIn;
import dev.sluice.internal.ffi.linux.SocketConstants;
import dev.sluice.internal.spi.OptionId;
import dev.sluice.internal.spi.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("aarch64")
@EnabledOnOs(OS.LINUX)
class LinuxOptionsTest {
    private final LibcFixture c = new LibcFixture();
    private final LinuxOptions options = new LinuxOptions(c.arena(), c.callState());

    @AfterEach
    void release() {
        c.close();
    }

    @ParameterizedTest
    @CsvSource({
        "REUSEADDR, 1, 0", "REUSEPORT, 1, 0", "NODELAY, 1, 0", "KEEPALIVE, 1, 0",
        "KEEPALIVE_IDLE_SECONDS, 77, 1", "KEEPALIVE_INTERVAL_SECONDS, 13, 1",
        "KEEPALIVE_COUNT, 5, 1", "USER_TIMEOUT_MILLIS, 4321, 0",
        "NOTSENT_LOWAT, 16384, 1", "FASTOPEN, 16, 1", "FASTOPEN_CONNECT, 1, 0",
        "LINGER_SECONDS, 0, -1", "LINGER_SECONDS, 17, -1"})
    void whatWasSetIsRead(OptionId option, int first, int second) {
        int fd = c.tcp();
        for (int value : new int[]{first, second}) {
            int errno = options.set(fd, option, value);
            assumeFalse(errno == Errno.ENOPROTOOPT, option + " is not offered here");
            assertThat(errno).isZero();
            assertThat(options.get(fd, option)).isEqualTo(value);
            assertThat(options.lastErrno()).isZero();
        }
    }

    @Test
    void lingerIsOffAtFirst() {
        assertThat(options.get(c.tcp(), OptionId.LINGER_SECONDS)).isEqualTo(-1);
        assertThat(options.lastErrno()).isZero();
    }

    @Test
    void aLingerBelowOffIsInvalid() {
        assertThat(options.set(c.tcp(), OptionId.LINGER_SECONDS, -2)).isEqualTo(Errno.EINVAL);
    }

    @ParameterizedTest
    @EnumSource(names = {"SNDBUF", "RCVBUF"})
    void theKernelKeepsTwiceTheBufferSize(OptionId option) {
        int fd = c.tcp();
        assertThat(options.set(fd, option, 20_000)).isZero();
        assertThat(options.get(fd, option)).isEqualTo(40_000);
    }

    @Test
    void quickAckAndBroadcastHaveTheirSockets() {
        int tcp = c.tcp();
        assertThat(options.set(tcp, OptionId.QUICKACK, 0)).isZero();
        assertThat(options.get(tcp, OptionId.QUICKACK)).isZero();
        int udp = c.descriptor(Libc.socket(
                c.state(), SocketConstants.AF_INET, SocketConstants.SOCK_DGRAM, 0));
        assertThat(options.set(udp, OptionId.BROADCAST, 1)).isZero();
        assertThat(options.get(udp, OptionId.BROADCAST)).isEqualTo(1);
    }

    @Test
    void v6OnlyIsSetAndReadOnIpv6() {
        int ipv6 = c.ipv6();
        assertThat(options.set(ipv6, OptionId.V6ONLY, 1)).isZero();
        assertThat(options.get(ipv6, OptionId.V6ONLY)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(OptionId.class)
    void everyOptionHasALevelAndAName(OptionId option) {
        assertThat(LinuxOptionNames.level(option)).isNotNegative();
        assertThat(LinuxOptionNames.name(option)).isPositive();
    }

    @Test
    void anOptionOfAnotherKindOfSocketIsUnsupported() {
        int udp = c.descriptor(
                Libc.socket(c.state(), SocketConstants.AF_INET, SocketConstants.SOCK_DGRAM, 0));
        assertThat(LinuxErrors.outcomeOf(options.set(udp, OptionId.NODELAY, 1)))
                .isEqualTo(Outcome.UNSUPPORTED);
        assertThat(options.get(udp, OptionId.NODELAY)).isEqualTo(-1);
        assertThat(LinuxErrors.outcomeOf(options.lastErrno())).isEqualTo(Outcome.UNSUPPORTED);
        int unix = c.pair(SocketConstants.SOCK_STREAM)[0];
        assertThat(LinuxErrors.outcomeOf(options.set(unix, OptionId.NODELAY, 1)))
                .isEqualTo(Outcome.UNSUPPORTED);
    }

    @Test
    void aDescriptorThatIsNoneIsAnError() {
        assertThat(options.set(-1, OptionId.NODELAY, 1)).isEqualTo(Errno.EBADF);
        assertThat(options.get(-1, OptionId.NODELAY)).isEqualTo(-1);
        assertThat(options.lastErrno()).isEqualTo(Errno.EBADF);
        assertThat(options.takeError(-1)).isEqualTo(Errno.EBADF);
    }

    @Test
    void aPendingErrorIsTakenOnce() {
        int port = c.bindToLoopback(c.tcp()); // which does not listen
        int client = c.descriptor(Libc.socket(
                c.state(), SocketConstants.AF_INET,
                SocketConstants.SOCK_STREAM | SocketConstants.SOCK_NONBLOCK, 0));
        // Loopback answers the SYN before connect returns, or right after.
        int result = Libc.connect(c.state(), client, c.loopback(port), SockaddrIn.SIZE);
        assertThat(result).isEqualTo(-1);
        if (c.errno() == Errno.EINPROGRESS) {
            c.awaitEvent(client, EpollConstants.POLLOUT);
            int error = options.takeError(client);
            assertThat(error).isEqualTo(Errno.ECONNREFUSED);
        } else {
            assertThat(c.errno()).isEqualTo(Errno.ECONNREFUSED);
        }
        assertThat(options.takeError(client)).isZero();
    }
}
