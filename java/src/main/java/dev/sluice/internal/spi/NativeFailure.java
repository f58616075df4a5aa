package dev.sluice.internal.spi;

/** A system call that failed at once (bind, listen, an option), before any event. */
public final class NativeFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final Outcome outcome;
    private final int nativeCode;

    /**
     * Describes one failed call.
     *
     * @param call what was attempted, in the words of the field ("bind", "listen")
     * @param codeText the kernel's name and text of the code ("EADDRINUSE: address already in use")
     */
    public NativeFailure(String call, Outcome outcome, int nativeCode, String codeText) {
        super(call + ": " + codeText);
        this.outcome = outcome;
        this.nativeCode = nativeCode;
    }

    public Outcome outcome() {
        return outcome;
    }

    public int nativeCode() {
        return nativeCode;
    }
}
