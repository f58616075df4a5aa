package dev.sluice;

/** The three ways in which a connection can be ended by this side. */
public enum CloseMode {
    /**
     * Queued sends finish, the peer is told that no more comes (FIN), and what it still sends is
     * read and discarded until it ends its side too, or a time limit passes.
     */
    GRACEFUL,
    /**
     * Pending operations are cancelled and the descriptor is given back; the system goes on
     * delivering what it has already taken. If received bytes were not read, it resets instead.
     */
    IMMEDIATE,
    /** The peer sees a reset (RST) and no end of stream; nothing stays in TIME_WAIT. */
    ABORT
}
