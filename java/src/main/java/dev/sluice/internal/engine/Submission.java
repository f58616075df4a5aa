package dev.sluice.internal.engine;

/** The results of a submission. */
public enum Submission {
    ACCEPTED,
    NO_SLOT,
    SOCKET_CLOSED,
    SOCKET_SPENT,
    PORT_CLOSED,
    PORT_FAILED
}
