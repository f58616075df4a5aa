package dev.sluice.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerArgumentsTest {
    @Test
    void nameIsEnough() {
        PeerArguments arguments = PeerArguments.parse("nio");
        assertThat(arguments.server()).isEqualTo("nio");
        assertThat(arguments.address().getPort()).isZero();
        assertThat(arguments.address().getAddress().isLoopbackAddress()).isTrue();
    }

    @Test
    void portAndAddressAreTaken() {
        PeerArguments arguments = PeerArguments.parse("nio", "--port", "7", "--address", "::1");
        assertThat(arguments.address().getPort()).isEqualTo(7);
        assertThat(arguments.address().getAddress().getHostAddress()).endsWith(":1");
    }

    @Test
    void aServerEchoesUnlessItIsToldOtherwise() {
        assertThat(PeerArguments.parse("nio").task()).isEqualTo(Task.ECHO);
        assertThat(PeerArguments.parse("nio", "--task", "fan-out").task()).isEqualTo(Task.FAN_OUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nio --port", "nio --port 65536", "nio --port -1", "nio --port x",
        "nio --speed 3", "nio --task sing", "nio --address nowhere.example"})
    void whatIsWrongIsRefused(String line) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ", -1);
        assertThatIllegalArgumentException().isThrownBy(() -> PeerArguments.parse(arguments));
    }
}
