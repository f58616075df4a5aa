package dev.sluice;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Operations of a port that have a socket of no port, which nobody was called to take. */
final class Unclaimed {
    private final Set<Operation<?>> operations =
            Collections.newSetFromMap(new IdentityHashMap<>(4));

    void add(Operation<?> operation) {
        operations.add(operation);
    }

    void remove(Operation<?> operation) {
        if (!operations.isEmpty()) {
            operations.remove(operation);
        }
    }

    /** The port has ended: nobody can take them any more. */
    void giveBack() {
        List.copyOf(operations).forEach(Operation::unclaimed);
    }
}
