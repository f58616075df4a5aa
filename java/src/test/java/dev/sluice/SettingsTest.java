package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Port options, linger, wait strategies and the names of backends: what they keep and refuse. */
class SettingsTest {
    private static final PortOptions DEFAULT = PortOptions.DEFAULT;

    @Test
    void eachChangeOfOptionsKeepsTheOthers() {
        PortOptions changed = DEFAULT.backend(Backend.EPOLL)
                .waitStrategy(WaitStrategy.SPIN)
                .maxOperations(11).maxSockets(12)
                .poolBuffers(13).poolBufferBytes(1400)
                .maxEventsPerPoll(15).maxTurnsPerSocket(16)
                .maxTasks(17).stallThreshold(Duration.ofMillis(18));
        assertThat(changed.backend()).contains(Backend.EPOLL);
        assertThat(changed.waitStrategy()).isSameAs(WaitStrategy.SPIN);
        assertThat(changed.maxOperations()).isEqualTo(11);
        assertThat(changed.maxSockets()).isEqualTo(12);
        assertThat(changed.poolBuffers()).isEqualTo(13);
        assertThat(changed.poolBufferBytes()).isEqualTo(1400);
        assertThat(changed.maxEventsPerPoll()).isEqualTo(15);
        assertThat(changed.maxTurnsPerSocket()).isEqualTo(16);
        assertThat(changed.maxTasks()).isEqualTo(17);
        assertThat(changed.stallThreshold()).isEqualTo(Duration.ofMillis(18));
        assertThat(DEFAULT.backend()).isEmpty();
    }

    @Test
    void optionsAreEqualIfEveryOptionIs() {
        PortOptions one =
                DEFAULT.backend(Backend.EPOLL).waitStrategy(WaitStrategy.spinThenBlock(5));
        PortOptions same =
                DEFAULT.waitStrategy(WaitStrategy.spinThenBlock(5)).backend(Backend.EPOLL);
        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(DEFAULT);
        assertThat(one).isNotEqualTo(one.waitStrategy(WaitStrategy.spinThenBlock(6)));
        assertThat(one).isNotEqualTo(one.backend(Backend.IO_URING));
        assertThat(one).isNotEqualTo(one.maxTasks(8));
        assertThat(one).isNotEqualTo(one.stallThreshold(Duration.ofSeconds(1)));
    }

    @Test
    void aStallThresholdIsAMillisecondOrMore() {
        assertThat(DEFAULT.stallThreshold()).isZero();
        assertThat(DEFAULT.stallThreshold(Duration.ofMillis(1)).stallThreshold(Duration.ZERO))
                .isEqualTo(DEFAULT);
        for (Duration refused : List.of(Duration.ofNanos(-1), Duration.ofNanos(999_999))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> DEFAULT.stallThreshold(refused))
                    .withMessageContaining(refused.toString())
                    .withMessageContaining("1 ms or more");
        }
    }

    @Test
    void theTextOfOptionsHasEachOptionWithItsValue() {
        assertThat(DEFAULT.maxTasks(8)).hasToString("PortOptions[backend=any, waitStrategy=block,"
                + " maxOperations=262144, maxSockets=65536, maxEventsPerPoll=1024,"
                + " maxTurnsPerSocket=16, poolBuffers=1024, poolBufferBytes=16384, maxTasks=8,"
                + " stallThreshold=PT0S]");
        assertThat(DEFAULT.backend(Backend.EPOLL).toString())
                .startsWith("PortOptions[backend=epoll,");
    }

    @Test
    void aLimitOutOfBoundsIsNamedWithItsBounds() {
        int most = 1 << 24;
        assertThatIllegalArgumentException().isThrownBy(() -> DEFAULT.maxOperations(0))
                .withMessage("maxOperations of 0: use 1 to " + most);
        assertThatIllegalArgumentException().isThrownBy(() -> DEFAULT.maxSockets(most + 1))
                .withMessage("maxSockets of " + (most + 1) + ": use 1 to " + most);
        assertThatIllegalArgumentException().isThrownBy(() -> DEFAULT.poolBuffers(0))
                .withMessageContaining("poolBuffers of 0");
        assertThatIllegalArgumentException().isThrownBy(() -> DEFAULT.poolBufferBytes(15))
                .withMessage("poolBufferBytes of 15: use 16 to " + most);
        assertThatIllegalArgumentException().isThrownBy(() -> DEFAULT.maxEventsPerPoll(0))
                .withMessageContaining("maxEventsPerPoll of 0");
        assertThatIllegalArgumentException().isThrownBy(() -> DEFAULT.maxTurnsPerSocket(-1))
                .withMessageContaining("maxTurnsPerSocket of -1");
        assertThatIllegalArgumentException().isThrownBy(() -> DEFAULT.maxTasks(3))
                .withMessageContaining("maxTasks of 3: use 4");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 65536, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void lingerSecondsOutOfBoundsAreNamed(int seconds) {
        assertThatIllegalArgumentException().isThrownBy(() -> Linger.seconds(seconds))
                .withMessageContaining("linger of " + seconds + " seconds: use 0 to 65535");
    }

    @Test
    void lingerIsOffZeroOrATime() {
        assertThat(Linger.OFF.isOn()).isFalse();
        assertThat(new Linger(-1)).isEqualTo(Linger.OFF);
        assertThat(Linger.seconds(0).isOn()).isTrue();
        assertThat(Linger.seconds(65535).seconds()).isEqualTo(65535);
        assertThatIllegalArgumentException().isThrownBy(() -> new Linger(-2));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void aSpinWithoutALookIsRefused(int looks) {
        assertThatIllegalArgumentException().isThrownBy(() -> WaitStrategy.spinThenBlock(looks))
                .withMessage("looks of " + looks + ": use 1 or more, or BLOCK");
    }

    @Test
    void waitStrategiesHaveAText() {
        assertThat(WaitStrategy.BLOCK).hasToString("block");
        assertThat(WaitStrategy.SPIN).hasToString("spin");
        assertThat(WaitStrategy.spinThenBlock(5)).hasToString("spin 5 then block");
        assertThat(WaitStrategy.spinThenBlock()).hasToString("spin 2000 then block");
    }

    @ParameterizedTest
    @EnumSource
    void aBackendIsFoundByItsText(Backend backend) {
        assertThat(Backend.named(backend.toString())).isSameAs(backend);
    }

    @ParameterizedTest
    @CsvSource({"Epoll, EPOLL", "IO_URING, IO_URING"})
    void theCaseOfABackendsNameDoesNotMatter(String name, Backend backend) {
        assertThat(Backend.named(name)).isSameAs(backend);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "kqueue", "io-uring", " epoll"})
    void anUnknownBackendIsNamedAndTheKnownOnesListed(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Backend.named(name))
                .withMessage("unknown backend '" + name + "': use epoll, io_uring or iocp");
    }

    @Test
    void socketTypesFollowFromAddresses() {
        assertThat(SocketType.streamFor(Address.loopback(1))).isEqualTo(SocketType.TCP4);
        assertThat(SocketType.streamFor(Address.loopback6(1))).isEqualTo(SocketType.TCP6);
        assertThat(SocketType.streamFor(Address.unixAbstract("x")))
                .isEqualTo(SocketType.UNIX_STREAM);
        assertThat(SocketType.datagramFor(Address.any(1))).isEqualTo(SocketType.UDP4);
        assertThat(SocketType.datagramFor(Address.any6(1))).isEqualTo(SocketType.UDP6);
        assertThat(SocketType.datagramFor(Address.unixAbstract("x")))
                .isEqualTo(SocketType.UNIX_DATAGRAM);
        assertThat(Arrays.stream(SocketType.values()).filter(SocketType::isStream))
                .containsExactly(SocketType.TCP4, SocketType.TCP6, SocketType.UNIX_STREAM);
    }

    @Test
    void aNegativeTimeOfATimerIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Delay(Duration.ofNanos(-1)))
                .withMessage("a delay of -1 ns: use 0 or more");
        assertThatThrownBy(() -> new Delay(Duration.ZERO).timeout(Duration.ofSeconds(1)))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("delayNanos()");
    }
}
