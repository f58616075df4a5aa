package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Close;
import dev.sluice.CloseMode;
import dev.sluice.Send;
import dev.sluice.Status;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What TCP's ends allow: given what both peers of a program did, what each of them may have seen. It
 * does not tell which of the allowed ends comes, since that is a matter of time.
 */
final class ProgramModel {
    private final ProgramPeer from;
    private final ProgramPeer to;
    private final byte[] taken;
    private final byte[] received;

    private ProgramModel(ProgramPeer from, ProgramPeer to) {
        this.from = from;
        this.to = to;
        this.taken = from.taken();
        this.received = to.bytes();
    }

    static void check(ProgramPeer one, ProgramPeer other) {
        for (ProgramModel way : List.of(
                new ProgramModel(one, other), new ProgramModel(other, one))) {
            way.checkBytes();
            way.checkSends();
            way.checkReceives();
            way.checkClose();
        }
    }

    private String way() {
        return "from " + from.name + " to " + to.name + ": ";
    }

    /** What comes is what went, from the beginning and without a gap. */
    private void checkBytes() {
        int common = Math.min(received.length, taken.length);
        assertThat(received.length).as(way() + "bytes").isLessThanOrEqualTo(taken.length);
        assertThat(Arrays.mismatch(received, 0, common, taken, 0, common))
                .as(way() + "place of the first wrong byte").isEqualTo(-1);
    }

    // ---- the sender ----------------------------------------------------------------------------

    private void checkSends() {
        Set<Status> allowed = EnumSet.of(Status.OK);
        if (from.cancelled) {
            allowed.add(Status.CANCELLED);
        }
        if (from.close != null) {
            allowed.add(Status.CLOSED_LOCALLY);
        }
        if (mayBeReset()) {
            allowed.add(Status.RESET);
        }
        if (mayBeReset() || from.hasShutSend()) {
            allowed.add(Status.BROKEN_PIPE);
        }
        for (Send send : from.sends) {
            assertThat(send.status()).as(way() + send).isIn(allowed);
            boolean none = send.status() == Status.CANCELLED;
            assertThat(none && send.bytes() > 0).as(way() + "bytes of " + send).isFalse();
        }
    }

    /** A connection that is reset is gone for both, also for the one that was deaf. */
    private boolean mayBeReset() {
        return mayReset(from, to) || mayReset(to, from);
    }

    /** Whether the ends that one peer made may show the other a reset. */
    private static boolean mayReset(ProgramPeer ending, ProgramPeer other) {
        // A socket that takes no more bytes, in either way, answers those that come with a reset.
        boolean deaf = ending.close != null || ending.hasShutReceive();
        boolean unread = other.taken().length > ending.bytes().length + discardedBy(ending.close);
        boolean aborted = ending.isClosedBy(CloseMode.ABORT) || wasCutShort(ending.close);
        return aborted || ending.mayHaveOwedMemory() || (deaf && unread);
    }

    private static long discardedBy(Close close) {
        return close == null ? 0 : close.discardedBytes();
    }

    /** A graceful close that could not do what it should ends as an abort. */
    private static boolean wasCutShort(Close close) {
        return close != null && close.mode() == CloseMode.GRACEFUL && !close.isOk();
    }

    // ---- the receiver --------------------------------------------------------------------------

    private void checkReceives() {
        boolean ended = false;
        boolean reset = false;
        for (Event event : to.received()) {
            switch (event.status()) {
                case OK -> assertThat(ended || reset).as(way() + "bytes behind the end").isFalse();
                case CANCELLED -> assertThat(to.cancelled).as(way() + event).isTrue();
                case CLOSED_LOCALLY -> assertThat(to.close).as(way() + event).isNotNull();
                case EOF -> {
                    // Shutting down the own receiving side is an end of its own.
                    assertThat(reset && !to.hasShutReceive()).as(way() + "EOF behind RESET")
                            .isFalse();
                    ended = true;
                    checkEof();
                }
                case RESET -> {
                    reset = true;
                    assertThat(mayBeReset()).as(way() + "a reset that nobody caused").isTrue();
                }
                default -> throw new AssertionError(way() + "nothing ends so: " + event);
            }
        }
    }

    private void checkEof() {
        if (to.hasShutReceive()) {
            return;
        }
        boolean closedInOrder = from.close != null && !from.isClosedBy(CloseMode.ABORT);
        assertThat(from.hasShutSend() || closedInOrder).as(way() + "EOF without an end").isTrue();
        assertThat(received.length).as(way() + "bytes at the end of the stream")
                .isEqualTo(taken.length);
        if (from.isClosedBy(CloseMode.GRACEFUL) && !from.hasShutSend()) {
            from.sendsAtClose.forEach(this::checkWhole);
        }
    }

    /** A reader that sees the end of a stream that was closed gracefully has all of it. */
    private void checkWhole(Send send) {
        boolean whole = send.status() == Status.OK && send.bytes() == from.lengthOf(send);
        assertThat(whole || from.cancelled).as(way() + "the end behind a cut " + send)
                .isTrue();
    }

    // ---- the close -----------------------------------------------------------------------------

    private void checkClose() {
        Close close = from.close;
        assertThat(close).as(way() + "closed in the end").isNotNull();
        if (close.mode() != CloseMode.GRACEFUL) {
            assertThat(close.status()).as(way() + close).isEqualTo(Status.OK);
            return;
        }
        boolean peerEnds = to.close != null || to.hasShutSend() || from.hasShutReceive();
        switch (close.status()) {
            case OK -> assertThat(peerEnds).as(way() + "OK though the peer continues").isTrue();
            case DEADLINE -> {
                // The peer may take as long as it likes.
            }
            case RESET, BROKEN_PIPE, NOT_CONNECTED ->
                assertThat(mayBeReset() || from.hasShutSend()).as(way() + close).isTrue();
            case CANCELLED -> assertThat(from.cancelled).as(way() + close).isTrue();
            default -> throw new AssertionError(way() + "no close ends so: " + close);
        }
    }
}
