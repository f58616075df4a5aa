package dev.sluice.internal.engine;

/** What became of a submission. */
public enum Submission {
    ACCEPTED,
    NO_SLOT,
    SOCKET_CLOSED,
    SOCKET_SPENT,
    PORT_CLOSED,
    PORT_FAILED
}
