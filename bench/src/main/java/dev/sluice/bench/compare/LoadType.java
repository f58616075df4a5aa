package dev.sluice.bench.compare;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A kind of load that {@code --loads} can name. A new load is one class that implements this
 * interface, and one line in {@link LoadTypes}.
 */
public interface LoadType {
    /** The name in {@code --loads}; parts in capitals stand for numbers. */
    String name();

    /** What it measures, in one line of the help. */
    String help();

    /**
     * Returns the loads that a name stands for; empty if the name does not belong to this type.
     *
     * @param name in lower case
     * @throws IllegalArgumentException if a number in the name is out of bounds
     */
    Optional<ChosenLoads> parse(String name);

    /** Returns these loads if the name is {@link #name()}: what {@link #parse} of most types does. */
    default Optional<ChosenLoads> ifNamed(String name, Supplier<ChosenLoads> loads) {
        return name.equals(name()) ? Optional.of(loads.get()) : Optional.empty();
    }
}
