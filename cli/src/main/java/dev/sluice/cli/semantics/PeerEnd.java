package dev.sluice.cli.semantics;

/** How a connection ended for the peer, as a plain socket reports it. */
enum PeerEnd {
    /** The end of the stream; if the peer sent something afterwards, that was taken. */
    EOF("EOF"),
    /** The end of the stream; what the peer sent afterwards was answered by a reset. */
    EOF_REFUSED("EOF, refused"),
    /** The end of the stream, and a reset before the peer had done anything. */
    EOF_RESET("EOF, reset"),
    /** A reset, and no end of the stream. */
    RESET("reset"),
    /** Neither, for as long as the peer waited. */
    SILENCE("silence"),
    /** A byte that is not the one that was sent. */
    DAMAGED("damaged"),
    /** The connection did not get that far. */
    NOT_SEEN("-");

    final String text;

    PeerEnd(String text) {
        this.text = text;
    }
}
