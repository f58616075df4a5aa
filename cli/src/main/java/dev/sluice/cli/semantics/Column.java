package dev.sluice.cli.semantics;

/** The columns of the table of one backend. */
enum Column {
    SITUATION("situation"),
    DATA("data"),
    PEER("peer saw"),
    CLOSE("CLOSE"),
    TOOK("took"),
    TIME_WAIT("TIME_WAIT"),
    REST("also seen");

    final String title;

    Column(String title) {
        this.title = title;
    }

    /** What an observation has in this column; the situation is not part of it. */
    String text(Observation seen, Wording wording) {
        return switch (this) {
            case SITUATION -> "";
            case DATA -> seen.data(wording);
            case PEER -> seen.peerEnd().text;
            case CLOSE -> seen.close();
            case TOOK -> seen.took(wording);
            case TIME_WAIT -> seen.timeWait().text;
            case REST -> seen.rest(wording);
        };
    }
}
