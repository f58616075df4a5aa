package dev.sluice.bench.compare;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.peers.Task;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be run.
 *
 * @param echo messages of one size in a closed loop
 * @param special what is more than that
 * @param idle whether the memory of idle connections is measured
 * @param counts whether system calls and the like are counted
 */
public record ChosenLoads(List<Load> echo, List<SpecialLoad> special, boolean idle,
        boolean counts) {
    /** The names of those that are not echo loads, for the help. */
    public static final String NAMES =
            "churn (connections that come and go), bulk and bulk1g (a stream,"
                    + " also one way; as much as a turn allows, or 1 GiB a turn, some seconds),"
                    + " fan-out (a message to 1,000), mixed (sizes), rate or rateN (N messages a second,"
                    + " latency without coordinated omission), idle (memory of connections)";

    /**
     * The loads of those names; without any, the standard ones.
     *
     * @throws IllegalArgumentException where one is no load's
     */
    public static ChosenLoads parse(List<String> names, boolean counts) {
        if (names.isEmpty()) {
            return new ChosenLoads(Load.STANDARD, List.of(), false, counts);
        }
        Set<Load> echo = new LinkedHashSet<>();
        List<SpecialLoad> special = new ArrayList<>();
        boolean idle = false;
        for (String name : new LinkedHashSet<>(names)) {
            String lower = name.toLowerCase(Locale.ROOT);
            Optional<List<SpecialLoad>> found = SpecialLoad.parse(lower);
            if (found.isPresent()) {
                special.addAll(found.get());
            } else if (lower.equals(IdleMemory.NAME)) {
                idle = true;
            } else {
                echo.add(parse(lower));
            }
        }
        return new ChosenLoads(List.copyOf(echo), special, idle, counts);
    }

    /** Whether servers that echo are needed at all. */
    boolean echoes() {
        return !echo.isEmpty() || idle || counts
                || special.stream().anyMatch(load -> load.task() == Task.ECHO);
    }

    private static Load parse(String name) {
        try {
            return Load.parse(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + "; others are " + NAMES, e);
        }
    }
}
