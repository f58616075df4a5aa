package dev.sluice.cli.semantics;

import dev.sluice.Status;

/**
 * The end of an operation that was pending when the connection was ended.
 *
 * @param operation its kind
 * @param status of its terminal event
 * @param bytes that moved
 * @param asked how many bytes were to move, or {@link #OPEN} if there is no such number
 */
record EndedOperation(String operation, Status status, long bytes, long asked) {
    static final long OPEN = -1;

    /** As words, with or without figures that differ from run to run. */
    String text(Wording wording) {
        if (asked == OPEN) {
            String first = bytes > 0 ? wording.exactly(bytes) + ", " : "";
            return operation + " " + first + status;
        }
        if (bytes == 0 && status != Status.OK) {
            return operation + " " + status;
        }
        return operation + " " + status + ", "
                + (bytes == asked ? "all" : wording.share(bytes, asked));
    }
}
