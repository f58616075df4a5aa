package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bench.load.ByteCheck;
import dev.sluice.bench.load.Load;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ServerProcessTest {
    static List<String> nio() throws ServerUnavailableException {
        return new ServerCatalog(BaselinePrograms.ofEnvironment()).all().stream()
                .filter(spec -> spec.name().equals("nio"))
                .findFirst().orElseThrow().program().command(1);
    }

    private static ServerProcess shell(String script) throws ServerUnavailableException {
        return ServerProcess.start("shell", List.of("sh", "-c", script));
    }

    @Test
    void aServerListensAnswersAndEndsWithItsInput() throws Exception {
        ServerProcess server = ServerProcess.start("nio", nio());
        try (server) {
            server.awaitListening();
            ByteCheck.run(server.address(), new Load(3, 64, 1), 1, 60_000);
            assertThat(server.ask("allocated")).isPositive();
            assertThat(server.ask("compiled")).isNotNegative();
        }
        assertThat(ProcessHandle.of(server.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void aProgramThatIsNotThereIsUnavailable() {
        assertThatExceptionOfType(ServerUnavailableException.class)
                .isThrownBy(() -> ServerProcess.start("none", List.of("/no/such/program")))
                .withMessageContaining("/no/such/program");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a shell")
    void theReasonOfAnEndIsItsFirstErrorLine() throws Exception {
        try (ServerProcess server = shell("echo it is refused >&2; echo more >&2; exit 3")) {
            assertThatExceptionOfType(ServerUnavailableException.class)
                    .isThrownBy(server::awaitListening).withMessage("it is refused");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a shell")
    void withoutAnyWordTheReasonIsTheExitStatus() throws Exception {
        try (ServerProcess server = shell("exit 7")) {
            assertThatExceptionOfType(ServerUnavailableException.class)
                    .isThrownBy(server::awaitListening).withMessage("exit status 7");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a shell")
    void aFirstLineThatIsNoAddressIsShown() throws Exception {
        try (ServerProcess server = shell("echo hello; cat")) {
            assertThatExceptionOfType(ServerUnavailableException.class)
                    .isThrownBy(server::awaitListening).withMessageContaining("hello");
        }
    }
}
