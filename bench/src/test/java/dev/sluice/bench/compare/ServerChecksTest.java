package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.peers.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of the catalog passes the check of each load for which it is started, and serves it. */
@Timeout(300)
@EnabledOnOs(value = OS.LINUX, disabledReason = "the servers are Linux's")
class ServerChecksTest {
    private static final long SLICE_NANOS = 20_000_000;
    private static final ServerCatalog CATALOG =
            new ServerCatalog(BaselinePrograms.ofEnvironment());

    @TempDir
    static Path folder;

    static Stream<Arguments> rows() {
        return Stream
                .of(RequestLoads.load(1), RequestLoads.load(16), ProxyLoad.load(), UdpLoads.many(),
                        UdpLoads.one(), UdpBulkLoad.load(), TlsLoads.messages(),
                        TlsLoads.mebibytes(), FileLoad.load(folder.resolve("file"), 3_000_001),
                        TlsLoads.handshakes(false), TlsLoads.handshakes(true))
                .flatMap(load -> CATALOG.all().stream().filter(spec -> spec.knows(load.task()))
                        .map(spec -> Arguments.of(spec.name(), load.name(), spec, load)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("rows")
    void passesTheCheckAndServes(String name, String loadName, ServerSpec spec, SpecialLoad load)
            throws Exception {
        try (ServerGroup backend = ServerGroup.start(List.of(backend()), 1)) {
            String address = backend.running().firstEntry().getValue().address().toString();
            List<String> more = load.task() == Task.PROXY
                    ? List.of("--backend", address.substring(address.indexOf('/') + 1))
                    : load.options();
            try (ServerGroup group = ServerGroup.start(
                    List.of(spec.forTask(load.task(), more)), 2)) {
                if (!group.unavailable().isEmpty()) {
                    abort(group.unavailable().toString());
                }
                ServerProcess server = group.running().firstEntry().getValue();
                load.check().pass().run(server.address(), 7);
                try (Exchange exchange = load.opener().open(server.address(), false)) {
                    Exchange.Outcome outcome = exchange.run(SLICE_NANOS);
                    assertThat(outcome.units()).isPositive();
                    assertThat(load.figures().apply(outcome, 1_000_000L))
                            .hasSameSizeAs(load.columns())
                            .allSatisfy(figure -> assertThat(figure).isPositive());
                }
            }
        }
    }

    private static ServerSpec backend() {
        return CATALOG.all().stream().filter(spec -> spec.name().equals("nio")).findFirst()
                .orElseThrow();
    }
}
