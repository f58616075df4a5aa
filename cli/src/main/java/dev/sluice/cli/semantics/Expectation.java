package dev.sluice.cli.semantics;

import dev.sluice.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be seen of one ending. What the system decides is stated for Linux.
 *
 * @param basis what decides it
 * @param peerEnd how it ends for the peer
 * @param isWhole whether all that the system had taken arrives
 * @param close the status of the CLOSE event
 * @param rest how pending operations end and what is thrown away, as in {@link Observation#rest}
 * @param timeWait what is left
 * @param leastMillis that the close takes
 * @param mostMillis that it takes, on a machine that is not overloaded
 */
record Expectation(
        Basis basis,
        PeerEnd peerEnd,
        boolean isWhole,
        Status close,
        String rest,
        TimeWait timeWait,
        int leastMillis,
        int mostMillis) {
    private static final int SOON_MILLIS = 500;
    private static final double NANOS_PER_MILLI = 1e6;

    /** All bytes, then this end; nothing pending, closed at once. */
    static Expectation of(Basis basis, PeerEnd end) {
        TimeWait left = end == PeerEnd.EOF ? TimeWait.HERE : TimeWait.NONE;
        return new Expectation(basis, end, true, Status.OK, "", left, 0, SOON_MILLIS);
    }

    /** The peer may not get all that the system had taken. */
    Expectation cut() {
        return new Expectation(basis, peerEnd, false, close, rest, timeWait, leastMillis,
                mostMillis);
    }

    /** Pending operations end so. */
    Expectation and(String rest) {
        return new Expectation(basis, peerEnd, isWhole, close, rest, timeWait, leastMillis,
                mostMillis);
    }

    Expectation leaves(TimeWait timeWait) {
        return new Expectation(basis, peerEnd, isWhole, close, rest, timeWait, leastMillis,
                mostMillis);
    }

    /** The close takes its time, and ends with this status. */
    Expectation after(int millis, Status close) {
        return new Expectation(basis, peerEnd, isWhole, close, rest, timeWait,
                millis - millis / 20, millis + SOON_MILLIS);
    }

    /** Where the observation differs, in the order of the columns. */
    List<Difference> differencesFrom(Observation seen) {
        boolean isPromise = basis == Basis.CONTRACT;
        List<Difference> found = new ArrayList<>();
        if (isWhole && seen.arrivedBytes() != seen.takenBytes()) {
            found.add(difference(Column.DATA, "all", seen, isPromise));
        }
        if (seen.arrivedBytes() > seen.takenBytes()) {
            found.add(difference(Column.DATA, "no more than was sent", seen, true));
        }
        if (peerEnd != seen.peerEnd()) {
            found.add(difference(Column.PEER, peerEnd.text, seen, isPromise));
        }
        if (!close.toString().equals(seen.close())) {
            found.add(difference(Column.CLOSE, close.toString(), seen, isPromise));
        }
        double millis = seen.closeNanos() / NANOS_PER_MILLI;
        if (seen.closeStatus().isPresent() && (millis < leastMillis || millis > mostMillis)) {
            found.add(difference(Column.TOOK, leastMillis + " to " + mostMillis + " ms", seen,
                    false));
        }
        if (timeWait != seen.timeWait() && seen.timeWait() != TimeWait.UNKNOWN) {
            found.add(difference(Column.TIME_WAIT, timeWait.text, seen,
                    isPromise && timeWait == TimeWait.NONE));
        }
        if (!rest.equals(seen.rest(Wording.ROUNDED))) {
            String expected = rest.isEmpty() ? "nothing else" : rest;
            found.add(difference(Column.REST, expected, seen, isPromise));
        }
        if (seen.strays() > 0) {
            found.add(new Difference(Column.REST, "CLOSE as the last event",
                    seen.strays() + " operations that end later", true));
        }
        seen.stuckAt().ifPresent(what -> found.add(new Difference(Column.SITUATION, what,
                "nothing of it in time", true)));
        return List.copyOf(found);
    }

    private static Difference difference(Column column, String expected, Observation seen,
            boolean breaksContract) {
        String observed = column.text(seen, Wording.EXACT);
        return new Difference(column, expected, observed.isEmpty() ? "nothing" : observed,
                breaksContract);
    }
}
