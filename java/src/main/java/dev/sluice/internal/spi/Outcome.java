package dev.sluice.internal.spi;

/**
 * How a request ended, in words that all backends share. The public {@code Status} has the same names
 * in the same order, and explains each.
 */
public enum Outcome {
    OK,
    EOF,
    CANCELLED,
    CLOSED_LOCALLY,
    DEADLINE,
    TIMED_OUT,
    RESET,
    ABORTED,
    BROKEN_PIPE,
    REFUSED,
    UNREACHABLE,
    ADDRESS_IN_USE,
    ADDRESS_UNAVAILABLE,
    NOT_CONNECTED,
    MESSAGE_TOO_BIG,
    FILE_TOO_SHORT,
    OUT_OF_DESCRIPTORS,
    OUT_OF_MEMORY,
    NO_BUFFERS,
    UNSUPPORTED,
    PERMISSION,
    INVALID,
    PROTOCOL,
    UNKNOWN
}
