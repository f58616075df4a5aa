package dev.sluice.cli.semantics;

import java.util.List;

/** In what situation a connection is ended. The first six are the columns of the overview. */
enum Situation {
    QUIET("all quiet", Manner.ONLY_READS),
    UNREAD("unread bytes", Manner.GREETS),
    RECEIVING("receive pending", Manner.ONLY_READS),
    SENDING("send blocked", Manner.READS_LATE),
    SHUT("after shutdown", Manner.ANSWERS),
    PEER_ENDED("peer ended", Manner.ENDS_FIRST),
    PEER_ANSWERS("peer answers", Manner.ANSWERS),
    PEER_STAYS("peer never closes", Manner.ONLY_READS),
    PEER_DEAF("peer never reads", Manner.READS_LATE),
    PEER_READS_ON("peer reads on", Manner.READS_LATE),
    CLIENT("client side", Manner.ONLY_READS);

    /** Those that every ending is tried in. */
    static final List<Situation> COMMON =
            List.of(QUIET, UNREAD, RECEIVING, SENDING, SHUT, PEER_ENDED);

    final String title;
    final Manner manner;

    Situation(String title, Manner manner) {
        this.title = title;
        this.manner = manner;
    }

    /** Whether a send that the system cannot take whole is pending when the connection is ended. */
    boolean isSending() {
        return manner == Manner.READS_LATE;
    }

    /** Whether the peer does not do its part before the close has ended. */
    boolean isUncooperative() {
        return this == PEER_STAYS || this == PEER_DEAF;
    }

    /**
     * Whether the peer goes on while the close is under way; else it does so when the close has ended.
     */
    boolean letsPeerGoOn(Ending ending) {
        boolean needsPeer = ending == Ending.GRACEFUL || ending == Ending.HALF_CLOSE;
        return this == PEER_READS_ON || (needsPeer && !isUncooperative());
    }
}
