package dev.sluice.bench;

/**
 * Thrown when something cannot be measured, or its results cannot be read or written. The message is
 * one line for the person at the terminal: it names the cause and, if there is one, the remedy.
 */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Takes the line to print. */
    public BenchException(String message) {
        super(message);
    }

    /** Takes the line to print, and the cause. */
    public BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
