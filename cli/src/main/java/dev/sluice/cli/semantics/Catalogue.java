package dev.sluice.cli.semantics;

import static dev.sluice.cli.semantics.Basis.CONTRACT;
import static dev.sluice.cli.semantics.Basis.SYSTEM;
import static dev.sluice.cli.semantics.Ending.ABORT;
import static dev.sluice.cli.semantics.Ending.GRACEFUL;
import static dev.sluice.cli.semantics.Ending.HALF_CLOSE;
import static dev.sluice.cli.semantics.Ending.IMMEDIATE;
import static dev.sluice.cli.semantics.Ending.LINGER_0;
import static dev.sluice.cli.semantics.Ending.LINGER_1;
import static dev.sluice.cli.semantics.Ending.LINGER_OFF;
import static dev.sluice.cli.semantics.PeerEnd.EOF;
import static dev.sluice.cli.semantics.PeerEnd.EOF_REFUSED;
import static dev.sluice.cli.semantics.PeerEnd.EOF_RESET;
import static dev.sluice.cli.semantics.PeerEnd.RESET;
import static dev.sluice.cli.semantics.Situation.CLIENT;
import static dev.sluice.cli.semantics.Situation.PEER_ANSWERS;
import static dev.sluice.cli.semantics.Situation.PEER_DEAF;
import static dev.sluice.cli.semantics.Situation.PEER_ENDED;
import static dev.sluice.cli.semantics.Situation.PEER_READS_ON;
import static dev.sluice.cli.semantics.Situation.PEER_STAYS;
import static dev.sluice.cli.semantics.Situation.QUIET;
import static dev.sluice.cli.semantics.Situation.RECEIVING;
import static dev.sluice.cli.semantics.Situation.SENDING;
import static dev.sluice.cli.semantics.Situation.SHUT;
import static dev.sluice.cli.semantics.Situation.UNREAD;

import dev.sluice.Status;
import java.util.ArrayList;
import java.util.List;

/** All scenarios, by ending, with what is to be seen of each. */
final class Catalogue {
    private static final String NO_RECEIVE = "receive CLOSED_LOCALLY";
    private static final String CUT_SEND = "send OK, part";
    private static final String WHOLE_SEND = "send OK, all";
    private static final String EMPTY_RECEIVE = "receive EOF";

    private final List<Scenario> scenarios = new ArrayList<>();

    private Catalogue() {}

    static List<Scenario> all() {
        Catalogue catalogue = new Catalogue();
        catalogue.addGraceful();
        catalogue.addHalfClose();
        catalogue.addImmediate(IMMEDIATE, CONTRACT);
        catalogue.add(IMMEDIATE, PEER_ANSWERS, Expectation.of(SYSTEM, EOF_REFUSED));
        catalogue.add(IMMEDIATE, CLIENT, Expectation.of(CONTRACT, EOF));
        catalogue.addReset(ABORT, CONTRACT);
        catalogue.add(ABORT, CLIENT, Expectation.of(CONTRACT, RESET));
        catalogue.addImmediate(LINGER_OFF, SYSTEM);
        catalogue.addReset(LINGER_0, SYSTEM);
        catalogue.addImmediate(LINGER_1, SYSTEM);
        catalogue.add(LINGER_1, PEER_READS_ON, Expectation.of(SYSTEM, EOF).and(CUT_SEND));
        return List.copyOf(catalogue.scenarios);
    }

    private void add(Ending ending, Situation situation, Expectation expected) {
        scenarios.add(new Scenario(ending, situation, expected));
    }

    private void addGraceful() {
        Expectation eof = Expectation.of(CONTRACT, EOF);
        int limit = (int) Ending.SHORT_LIMIT.toMillis();
        String answer = "discarded " + PlainPeer.ANSWER_BYTES + " B";
        add(GRACEFUL, QUIET, eof);
        add(GRACEFUL, UNREAD, eof.and("discarded " + PlainPeer.GREETING_BYTES + " B"));
        add(GRACEFUL, RECEIVING, eof.and(NO_RECEIVE));
        add(GRACEFUL, SENDING, eof.and(WHOLE_SEND));
        add(GRACEFUL, SHUT, eof.and(answer));
        add(GRACEFUL, PEER_ENDED, eof.leaves(TimeWait.PEER));
        add(GRACEFUL, PEER_ANSWERS, eof.and(answer));
        add(GRACEFUL, PEER_STAYS, eof.after(limit, Status.DEADLINE));
        add(GRACEFUL, PEER_DEAF, Expectation.of(CONTRACT, RESET).cut().and(CUT_SEND)
                .after(limit, Status.DEADLINE));
        add(GRACEFUL, CLIENT, eof);
    }

    private void addHalfClose() {
        Expectation eof = Expectation.of(CONTRACT, EOF).and(EMPTY_RECEIVE);
        String answer = "receive " + PlainPeer.ANSWER_BYTES + " B, EOF";
        add(HALF_CLOSE, QUIET, eof);
        add(HALF_CLOSE, UNREAD, eof.and("receive " + PlainPeer.GREETING_BYTES + " B, EOF"));
        add(HALF_CLOSE, RECEIVING, eof);
        add(HALF_CLOSE, SENDING, eof.and(WHOLE_SEND + "; " + EMPTY_RECEIVE));
        add(HALF_CLOSE, SHUT, eof.and(answer));
        add(HALF_CLOSE, PEER_ENDED, eof.leaves(TimeWait.PEER));
        add(HALF_CLOSE, PEER_ANSWERS, eof.and(answer));
        add(HALF_CLOSE, CLIENT, eof);
    }

    /** Endings by Close.immediate that do not ask for a reset. */
    private void addImmediate(Ending ending, Basis basis) {
        Expectation eof = Expectation.of(basis, EOF);
        Expectation blocked = eof.and(CUT_SEND);
        add(ending, QUIET, eof);
        add(ending, UNREAD, Expectation.of(SYSTEM, RESET));
        add(ending, RECEIVING, eof.and(NO_RECEIVE));
        add(ending, SENDING, ending == LINGER_1 ? blocked.after(1000, Status.OK) : blocked);
        add(ending, SHUT, Expectation.of(SYSTEM, EOF_REFUSED));
        add(ending, PEER_ENDED, eof.leaves(TimeWait.PEER));
    }

    private void addReset(Ending ending, Basis basis) {
        Expectation reset = Expectation.of(basis, RESET);
        add(ending, QUIET, reset);
        add(ending, UNREAD, reset);
        add(ending, RECEIVING, reset.and(NO_RECEIVE));
        add(ending, SENDING, reset.cut().and(CUT_SEND));
        add(ending, SHUT, Expectation.of(basis, EOF_RESET));
        add(ending, PEER_ENDED, reset);
    }
}
