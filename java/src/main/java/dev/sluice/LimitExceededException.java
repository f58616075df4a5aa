package dev.sluice;

/** A limit of a port was reached. The message names the {@link PortOptions} option to raise. */
public class LimitExceededException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message the call, the limit with its value, and the option to raise
     */
    public LimitExceededException(String message) {
        super(message);
    }
}
