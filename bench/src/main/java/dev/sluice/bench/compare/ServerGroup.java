package dev.sluice.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** The server processes of a comparison: started together, ended together. */
final class ServerGroup implements AutoCloseable {
    private final SequencedMap<ServerSpec, ServerProcess> running = new LinkedHashMap<>();
    private final SequencedMap<String, String> unavailable = new LinkedHashMap<>();
    private final List<ServerProcess> started = new ArrayList<>();
    private final Thread atExit = new Thread(this::killAll, "end-servers");

    private ServerGroup() {}

    /**
     * Starts all at once and waits until each listens or has reported that it cannot.
     *
     * @param processors how many each will be bound to
     */
    static ServerGroup start(List<ServerSpec> specs, int processors) throws InterruptedException {
        ServerGroup group = new ServerGroup();
        Runtime.getRuntime().addShutdownHook(group.atExit);
        SequencedMap<ServerSpec, ServerProcess> starting = new LinkedHashMap<>();
        for (ServerSpec spec : specs) {
            try {
                ServerProcess process = ServerProcess.start(spec.name(),
                        spec.program().command(processors));
                group.started.add(process);
                starting.put(spec, process);
            } catch (ServerUnavailableException e) {
                group.unavailable.put(spec.name(), e.getMessage());
            }
        }
        for (Map.Entry<ServerSpec, ServerProcess> entry : starting.entrySet()) {
            group.await(entry.getKey(), entry.getValue());
        }
        return group;
    }

    private void await(ServerSpec spec, ServerProcess process) throws InterruptedException {
        try {
            process.awaitListening();
            running.put(spec, process);
        } catch (ServerUnavailableException e) {
            unavailable.put(spec.name(), e.getMessage());
            process.close();
        }
    }

    /** The servers that listen, in the order of the table. */
    SequencedMap<ServerSpec, ServerProcess> running() {
        return running;
    }

    /** The reasons why the other servers do not listen. */
    SequencedMap<String, String> unavailable() {
        return unavailable;
    }

    private void killAll() {
        started.forEach(ServerProcess::kill);
    }

    @Override
    public void close() {
        started.forEach(ServerProcess::end);
        started.forEach(ServerProcess::close);
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return; // this process is already ending, and the hook has run or will run
        }
    }
}
