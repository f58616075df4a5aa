package dev.sluice.cli.semantics;

/**
 * One ending in one situation, and what is to be seen of it.
 *
 * @param ending how the connection is ended
 * @param situation in which it is
 * @param expected what is to be seen
 */
record Scenario(Ending ending, Situation situation, Expectation expected) {
    /** True if the kernel decides this one, although the ending itself is promised. */
    boolean isSystemsException() {
        return ending.basis == Basis.CONTRACT && expected.basis() == Basis.SYSTEM;
    }

    @Override
    public String toString() {
        return ending.title + ", " + situation.title;
    }
}
