package dev.sluice.cli.semantics;

/** Thrown when an expected event did not come in time. The message names the event. */
final class StuckException extends Exception {
    private static final long serialVersionUID = 1;

    StuckException(String what) {
        super(what);
    }
}
