package dev.sluice.cli.semantics;

/** Something that should have happened long ago did not. The message says what. */
final class StuckException extends Exception {
    private static final long serialVersionUID = 1;

    StuckException(String what) {
        super(what);
    }
}
