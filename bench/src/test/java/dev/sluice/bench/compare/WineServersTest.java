package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs Linux: paths as Wine shows them")
class WineServersTest {
    private final WineServers servers =
            new WineServers(Path.of("/cache/bin/java"), Path.of("/none"));

    @Test
    void pathsOfLinuxAreOnDriveZ() {
        assertThat(WineServers.windowsPaths("/a/b.jar:/c d/e.jar"))
                .isEqualTo("Z:/a/b.jar;Z:/c d/e.jar");
    }

    @Test
    void theServersAreThoseOfWindows() {
        assertThat(servers.specs()).extracting(ServerSpec::name)
                .containsExactly("sluice-iocp", "nio2", "c-iocp");
        List<String> command = servers.peerCommand("sluice-iocp");
        assertThat(command).startsWith("/cache/bin/java").containsAll(ServerCatalog.JVM_FLAGS)
                .contains("sluice-iocp");
    }

    @Test
    void withoutTheLauncherThereAreNone() {
        assertThat(WineServers.here()).isNull();
    }
}
