package dev.sluice.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
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
    void aServerEchoesByDefault() {
        assertThat(PeerArguments.parse("nio").task()).isEqualTo(Task.ECHO);
        assertThat(PeerArguments.parse("nio", "--task", "fan-out").task()).isEqualTo(Task.FAN_OUT);
    }

    @Test
    void aProxyHasABackendAndAnIdleTimeOut() {
        ProxySettings settings = PeerArguments.parse("nio", "--task", "proxy", "--backend",
                "127.0.0.1:7", "--idle", "500").proxy();
        assertThat(settings).isEqualTo(
                new ProxySettings(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 7), 500));
        assertThat(settings.isTimed()).isTrue();
        assertThat(PeerArguments.parse("nio", "--backend", "127.0.0.1:7", "--idle", "0").proxy())
                .matches(proxy -> !proxy.isTimed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nio --port", "nio --port 65536", "nio --port -1", "nio --port x",
        "nio --speed 3", "nio --task sing", "nio --address nowhere.example",
        "nio --task proxy", "nio --backend 127.0.0.1", "nio --backend nowhere.example:7",
        "nio --backend 127.0.0.1:7 --idle -1", "nio --sockets 0", "nio --task file"})
    void whatIsWrongIsRefused(String line) {
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ", -1);
        assertThatIllegalArgumentException().isThrownBy(() -> PeerArguments.parse(arguments));
    }
}
