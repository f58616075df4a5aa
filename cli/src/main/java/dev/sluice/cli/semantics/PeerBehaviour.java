package dev.sluice.cli.semantics;

/** What a plain peer does. Each reads to the end of the stream, and closes when it is resumed. */
enum PeerBehaviour {
    /** Only reads. */
    ONLY_READS,
    /** Sends a few bytes at the beginning. */
    GREETS,
    /** Shuts down its sending side at the beginning. */
    ENDS_FIRST,
    /** Reads one byte, and the rest only when it is resumed. */
    READS_LATE,
    /** Sends some bytes after it saw the end of the stream. */
    ANSWERS
}
