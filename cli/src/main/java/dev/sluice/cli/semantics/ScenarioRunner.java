package dev.sluice.cli.semantics;

import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import dev.sluice.cli.doctor.SystemFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Runs scenarios, each on a port of its own, so that none disturbs the next. */
final class ScenarioRunner {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final PortOptions options;
    private final TcpTable table = new TcpTable(SystemFiles.ofThisMachine());
    private final boolean isAsExpected;

    /**
     * A runner.
     *
     * @param backend of the ports
     * @param isLinux true if what the kernel decides must be as Linux decides it
     */
    ScenarioRunner(Backend backend, boolean isLinux) {
        this.options = PortOptions.DEFAULT.backend(backend).maxOperations(64).maxSockets(8)
                .poolBuffers(8).poolBufferBytes(BUFFER_BYTES);
        this.isAsExpected = isLinux;
    }

    /** Runs all of them, one after the other. */
    List<Row> run(List<Scenario> scenarios) throws IOException, InterruptedException {
        warmUp(scenarios);
        List<Row> rows = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            rows.add(Row.of(scenario, run(scenario), isAsExpected));
        }
        return rows;
    }

    /** Runs each ending once without counting it: the first one loads classes and links calls. */
    private void warmUp(List<Scenario> scenarios) throws IOException, InterruptedException {
        for (Scenario scenario : scenarios) {
            if (scenario.situation() == Situation.QUIET) {
                run(scenario);
            }
        }
    }

    Observation run(Scenario scenario) throws IOException, InterruptedException {
        try (CompletionPort port = CompletionPort.open(options)) {
            return new ScenarioRun(port, scenario, table).run();
        }
    }
}
