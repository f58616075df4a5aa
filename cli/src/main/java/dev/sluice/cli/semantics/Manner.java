package dev.sluice.cli.semantics;

/** How a plain peer behaves. Each reads to the end and then closes, when it may. */
enum Manner {
    /** Does nothing else. */
    ONLY_READS,
    /** Sends a few bytes at the beginning. */
    GREETS,
    /** Shuts down its sending side at the beginning. */
    ENDS_FIRST,
    /** Reads one byte, and the rest only when it is told to go on. */
    READS_LATE,
    /** Sends some bytes after it saw the end of the stream. */
    ANSWERS
}
