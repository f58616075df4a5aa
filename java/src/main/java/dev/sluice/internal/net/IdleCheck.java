package dev.sluice.internal.net;

/** A connection that knows whether something has happened on it while nobody used it. */
public interface IdleCheck {
    /**
     * Returns true if a connection that nobody uses can be used as a new one could: it is open in both
     * directions, every write was whole, and nothing has arrived, neither bytes nor an end. If something
     * has arrived, a byte of it may be lost. Any thread may call. It makes no system call if the port
     * already knows.
     */
    boolean isQuiet();
}
