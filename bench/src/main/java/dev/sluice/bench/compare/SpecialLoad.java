package dev.sluice.bench.compare;

import dev.sluice.bench.load.Exchange;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section.Column;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A load other than messages of one size in a closed loop.
 *
 * @param name its name in the tables
 * @param title in words
 * @param task what the servers do
 * @param options command-line options of the servers beside the task
 * @param check how a server is checked
 * @param connections how many connections it opens to each server
 * @param columns its figures
 * @param pinning the processors it needs
 * @param opener connects it to a server
 * @param figures computes the columns of a slice from its outcome and the server's CPU time in
 *        nanoseconds
 */
record SpecialLoad(String name, String title, Task task, List<String> options, Check check,
        int connections,
        List<Column> columns, Pinning pinning, Opener opener,
        BiFunction<Exchange.Outcome, Long, List<Double>> figures) {
    /** With a task that needs no options. */
    SpecialLoad(String name, String title, Task task, Check check, int connections,
            List<Column> columns, Pinning pinning, Opener opener,
            BiFunction<Exchange.Outcome, Long, List<Double>> figures) {
        this(name, title, task, List.of(), check, connections, columns, pinning, opener, figures);
    }

    /** Opens the connections to a server. */
    @FunctionalInterface
    interface Opener {
        /**
         * Connects to a server.
         *
         * @param alone true if the generator's thread has a processor of its own
         */
        Exchange open(InetSocketAddress server, boolean alone) throws IOException;
    }
}
