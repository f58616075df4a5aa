package dev.sluice.cli.semantics;

import java.util.List;

/** The state in which a connection is ended. The first six are the columns of the overview. */
enum Situation {
    QUIET("all quiet", PeerBehaviour.ONLY_READS),
    UNREAD("unread bytes", PeerBehaviour.GREETS),
    RECEIVING("receive pending", PeerBehaviour.ONLY_READS),
    SENDING("send blocked", PeerBehaviour.READS_LATE),
    SHUT("after shutdown", PeerBehaviour.ANSWERS),
    PEER_ENDED("peer ended", PeerBehaviour.ENDS_FIRST),
    PEER_ANSWERS("peer answers", PeerBehaviour.ANSWERS),
    PEER_STAYS("peer never closes", PeerBehaviour.ONLY_READS),
    PEER_DEAF("peer never reads", PeerBehaviour.READS_LATE),
    PEER_READS_ON("peer reads on", PeerBehaviour.READS_LATE),
    CLIENT("client side", PeerBehaviour.ONLY_READS);

    /** The situations in which every ending is tried. */
    static final List<Situation> COMMON =
            List.of(QUIET, UNREAD, RECEIVING, SENDING, SHUT, PEER_ENDED);

    final String title;
    final PeerBehaviour behaviour;

    Situation(String title, PeerBehaviour behaviour) {
        this.title = title;
        this.behaviour = behaviour;
    }

    /** True if a send that the kernel cannot take whole is pending when the connection is ended. */
    boolean isSending() {
        return behaviour == PeerBehaviour.READS_LATE;
    }

    /** True if the peer does not do its part before the close has ended. */
    boolean isUncooperative() {
        return this == PEER_STAYS || this == PEER_DEAF;
    }

    /**
     * True if the peer continues during the close, false if it continues after it.
     */
    boolean letsPeerContinue(Ending ending) {
        boolean needsPeer = ending == Ending.GRACEFUL || ending == Ending.HALF_CLOSE;
        return this == PEER_READS_ON || (needsPeer && !isUncooperative());
    }
}
