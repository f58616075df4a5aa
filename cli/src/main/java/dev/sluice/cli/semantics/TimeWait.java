package dev.sluice.cli.semantics;

/** Which side of a connection keeps its pair of ports in TIME_WAIT. */
enum TimeWait {
    NONE("none"),
    /** The side that Sluice closed. */
    HERE("here"),
    PEER("peer"),
    BOTH("both"),
    /** Unknown: this system does not report it. */
    UNKNOWN("?");

    final String text;

    TimeWait(String text) {
        this.text = text;
    }

    static TimeWait of(boolean here, boolean peer) {
        if (here) {
            return peer ? BOTH : HERE;
        }
        return peer ? PEER : NONE;
    }
}
