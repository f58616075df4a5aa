package dev.sluice.bench.compare;

import dev.sluice.bench.load.Load;
import java.util.List;
import java.util.function.Predicate;

/**
 * A row of the comparison.
 *
 * @param name what the command line and the table call it
 * @param program how it is started
 * @param answers whether it answers the questions of dev.sluice.bench.peers.Control
 * @param loads the loads it takes part in
 * @param note a few words for the table
 */
record ServerSpec(String name, Program program, boolean answers, Predicate<Load> loads,
        String note) {
    /** The same server under whatever load there is. */
    ServerSpec forEveryLoad() {
        return new ServerSpec(name, program, answers, load -> true, note);
    }

    /** The command line of a server. */
    @FunctionalInterface
    interface Program {
        /** The command line that listens on a port of the system's choice on 127.0.0.1. */
        List<String> command() throws ServerUnavailableException;
    }
}
