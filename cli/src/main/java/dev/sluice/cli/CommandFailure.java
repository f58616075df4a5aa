package dev.sluice.cli;

/**
 * Thrown when a command cannot do its work. The message is one line for the person at the terminal:
 * it names the cause and, if there is one, the remedy. The process ends with exit code 1.
 */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CommandFailure(String message) {
        super(message);
    }

    public CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
