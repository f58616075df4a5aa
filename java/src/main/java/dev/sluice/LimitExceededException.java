package dev.sluice;

/** A limit of a port was reached; the message names the {@link PortOptions} setting to raise. */
public class LimitExceededException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the limit.
     *
     * @param message the limit, its value and the setting
     */
    public LimitExceededException(String message) {
        super(message);
    }
}
