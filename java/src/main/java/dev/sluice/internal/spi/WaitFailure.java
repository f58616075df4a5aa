package dev.sluice.internal.spi;

/** The kernel refused to wait for events, or to report them. */
public final class WaitFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Describes one failure.
     *
     * @param call the C name of the call
     * @param code name, number and text of the kernel's code
     */
    public WaitFailure(String call, String code) {
        super(call + ": " + code);
    }

    /** The kernel refused what a wait needs. */
    public WaitFailure(NativeFailure cause) {
        super(cause.getMessage(), cause);
    }

    /** Repeats a failure with the stack of a later call. */
    public WaitFailure(WaitFailure first) {
        super(first.getMessage(), first);
    }
}
