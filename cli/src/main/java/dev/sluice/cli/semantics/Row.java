package dev.sluice.cli.semantics;

import java.util.List;

/**
 * A scenario and what was seen of it.
 *
 * @param scenario what was done
 * @param seen what was seen
 * @param differences from what is expected
 */
record Row(Scenario scenario, Observation seen, List<Difference> differences) {
    /** Copies the list. */
    Row {
        differences = List.copyOf(differences);
    }

    /**
     * What was seen, compared with what is expected.
     *
     * @param isLinux true if what the kernel decides must be as Linux decides it
     */
    static Row of(Scenario scenario, Observation seen, boolean isLinux) {
        boolean isComparable = isLinux || scenario.expected().basis() == Basis.CONTRACT;
        return new Row(scenario, seen,
                isComparable ? scenario.expected().differencesFrom(seen) : List.of());
    }

    boolean breaksContract() {
        return differences.stream().anyMatch(Difference::breaksContract);
    }

    boolean differsIn(Column column) {
        return differences.stream().anyMatch(difference -> difference.column() == column);
    }
}
