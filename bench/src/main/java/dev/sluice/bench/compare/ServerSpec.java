package dev.sluice.bench.compare;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.peers.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A server of the comparison, and its row in the tables.
 *
 * @param name its name in the command line and in the table
 * @param program how it is started
 * @param answers true if it answers requests of dev.sluice.bench.peers.Control
 * @param loads the echo loads it takes part in
 * @param tasks its tasks
 * @param note describes it in one line
 */
public record ServerSpec(String name, Program program, boolean answers, Predicate<Load> loads,
        Set<Task> tasks, String note) {
    /** Returns the same server for every echo load. */
    public ServerSpec forEveryLoad() {
        return new ServerSpec(name, program, answers, load -> true, tasks, note);
    }

    /** True if it has that task. */
    boolean knows(Task task) {
        return tasks.contains(task);
    }

    /** Returns the same server, started with that task and what belongs to it. */
    ServerSpec forTask(Task task, List<String> more) {
        return new ServerSpec(name, processors -> {
            List<String> command = new ArrayList<>(program.command(processors));
            command.addAll(List.of("--task", task.word()));
            command.addAll(more);
            return command;
        }, answers, loads, tasks, note);
    }

    /** The command line of a server. */
    @FunctionalInterface
    public interface Program {
        /**
         * Returns the command that listens on a free port of 127.0.0.1.
         *
         * @param processors how many the server is bound to after its start: the JDK counts them
         *     before, and carriers of virtual threads that share a processor preempt each other
         */
        List<String> command(int processors) throws ServerUnavailableException;
    }
}
