package dev.sluice.net;

import dev.sluice.Status;

/** The causes of failures in the words of people who run servers. */
final class Causes {
    private Causes() {}

    static String text(Status status) {
        return switch (status) {
            case OK -> "success";
            case EOF -> "end of stream";
            case CANCELLED -> "interrupted";
            case CLOSED_LOCALLY -> "closed on this side";
            case DEADLINE -> "deadline exceeded";
            case TIMED_OUT -> "timed out by the network";
            case RESET -> "connection reset by the peer";
            case ABORTED -> "connection aborted by the system";
            case BROKEN_PIPE -> "broken pipe: the peer has closed the connection";
            case REFUSED -> "connection refused";
            case UNREACHABLE -> "no route to the host";
            case ADDRESS_IN_USE -> "address already in use";
            case ADDRESS_UNAVAILABLE -> "address not available";
            case NOT_CONNECTED -> "not connected";
            case MESSAGE_TOO_BIG -> "message too long";
            case OUT_OF_DESCRIPTORS -> "too many open files";
            case OUT_OF_MEMORY -> "out of memory";
            case NO_BUFFERS -> "no buffer is free";
            case UNSUPPORTED -> "not supported here";
            case PERMISSION -> "permission denied";
            case INVALID -> "invalid argument";
            case UNKNOWN -> "unknown failure";
        };
    }
}
