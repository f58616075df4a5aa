package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.bench.load.Load;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which servers a run without options measures. */
class ServerCatalogTest {
    private static final List<String> PEERS = List.of("nio", "nio2", "jdk-virtual", "netty-nio",
            "netty-epoll", "c-epoll");

    private static List<String> measured(String load) {
        return new ServerCatalog(BaselinePrograms.ofEnvironment()).byDefault().stream()
                .filter(server -> server.loads().test(Load.parse(load)))
                .map(ServerSpec::name).toList();
    }

    @Test
    void everyKindOfPeerIsMeasuredWithoutBeingNamed() {
        assumeTrue(measured("64x64").contains("sluice-epoll"), "needs Linux");
        assertThat(measured("64x64")).containsAll(PEERS);
        assertThat(measured("1000x64")).containsAll(PEERS);
        assertThat(measured("64x65536")).contains("nio", "jdk-virtual", "netty-epoll");
    }
}
