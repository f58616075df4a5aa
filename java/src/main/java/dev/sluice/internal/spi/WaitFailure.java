package dev.sluice.internal.spi;

/** The system refused to wait for events, or to tell which there are. */
public final class WaitFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes one refusal.
     *
     * @param call the C name of the call
     * @param code name, number and text of the system's code
     */
    public WaitFailure(String call, String code) {
        super(call + ": " + code);
    }

    /** The same once more, with the stack of whoever asks again. */
    public WaitFailure(WaitFailure first) {
        super(first.getMessage(), first);
    }
}
