package dev.sluice.cli;

/**
 * A command cannot do what it was asked. The message is one line for the person at the terminal: it
 * names the cause and, where there is one, the remedy. The process ends with exit code 1.
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
