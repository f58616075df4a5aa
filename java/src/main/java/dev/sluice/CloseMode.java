package dev.sluice;

/** The three ways in which this side can close a connection. */
public enum CloseMode {
    /**
     * Queued sends finish, the peer receives the end of the stream (FIN), and what it still sends is
     * discarded until it ends its side too, or a time limit passes.
     */
    GRACEFUL,
    /**
     * Pending operations are cancelled and the descriptor is closed. The kernel still delivers the
     * bytes that it has taken; if received bytes were not read, it resets the connection instead.
     */
    IMMEDIATE,
    /** The peer sees a reset (RST) and no end of stream; nothing stays in TIME_WAIT. */
    ABORT
}
