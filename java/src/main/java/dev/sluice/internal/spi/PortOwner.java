package dev.sluice.internal.spi;

/**
 * What a port knows of the thread that owns it. The answer is final from the first use on: a port is
 * handed over only before that, and a kernel may bind it to the thread that uses it first.
 */
public final class PortOwner {
    private boolean keepsItsCarrier;

    /** Notes that the owner is a virtual thread which the same platform thread always carries. */
    public void keepsItsCarrier() {
        keepsItsCarrier = true;
    }

    /** Returns true if the owner, which calls, always runs on the same platform thread. */
    public boolean staysOnOneThread() {
        return keepsItsCarrier || !Thread.currentThread().isVirtual();
    }
}
