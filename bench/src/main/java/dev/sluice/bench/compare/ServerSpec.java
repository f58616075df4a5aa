package dev.sluice.bench.compare;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.peers.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A row of the comparison.
 *
 * @param name what the command line and the table call it
 * @param program how it is started
 * @param answers whether it answers the questions of dev.sluice.bench.peers.Control
 * @param loads the echo loads it takes part in
 * @param tasks what else than echo it can be told to do
 * @param note a few words for the table
 */
public record ServerSpec(String name, Program program, boolean answers, Predicate<Load> loads,
        Set<Task> tasks, String note) {
    /** The same server under whatever load there is. */
    public ServerSpec forEveryLoad() {
        return new ServerSpec(name, program, answers, load -> true, tasks, note);
    }

    /** Whether it can be told to do that. */
    boolean knows(Task task) {
        return task == Task.ECHO || tasks.contains(task);
    }

    /** The same server, which is told at its start to do that. */
    ServerSpec forTask(Task task) {
        return new ServerSpec(name, () -> {
            List<String> command = new ArrayList<>(program.command());
            command.addAll(List.of("--task", task.word()));
            return command;
        }, answers, loads, tasks, note);
    }

    /** The command line of a server. */
    @FunctionalInterface
    public interface Program {
        /** The command line that listens on a port of the system's choice on 127.0.0.1. */
        List<String> command() throws ServerUnavailableException;
    }
}
