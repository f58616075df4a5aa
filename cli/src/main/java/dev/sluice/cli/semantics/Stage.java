package dev.sluice.cli.semantics;

import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import dev.sluice.cli.doctor.SystemFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Where scenarios are done for real, each on a port of its own, so that none disturbs the next. */
final class Stage {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final PortOptions options;
    private final TcpTable table = new TcpTable(SystemFiles.ofThisMachine());
    private final boolean isAsExpected;

    /**
     * A stage.
     *
     * @param backend that the ports stand on
     * @param isLinux whether what the system decides is to be as Linux decides it
     */
    Stage(Backend backend, boolean isLinux) {
        this.options = PortOptions.DEFAULT.backend(backend).maxOperations(64).maxSockets(8)
                .poolBuffers(8).poolBufferBytes(BUFFER_BYTES);
        this.isAsExpected = isLinux;
    }

    /** Does all of them, one after the other. */
    List<Row> perform(List<Scenario> scenarios) throws IOException, InterruptedException {
        rehearse(scenarios);
        List<Row> rows = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            rows.add(Row.of(scenario, perform(scenario), isAsExpected));
        }
        return rows;
    }

    /** One of each ending, not counted: the first of all loads classes and links calls. */
    private void rehearse(List<Scenario> scenarios) throws IOException, InterruptedException {
        for (Scenario scenario : scenarios) {
            if (scenario.situation() == Situation.QUIET) {
                perform(scenario);
            }
        }
    }

    Observation perform(Scenario scenario) throws IOException, InterruptedException {
        try (CompletionPort port = CompletionPort.open(options)) {
            return new Performance(port, scenario, table).perform();
        }
    }
}
