package dev.sluice.cli.semantics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Status;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExpectationTest {
    private final Expectation expected = Expectation.of(Basis.CONTRACT, PeerEnd.EOF);

    @Test
    void whatWasExpectedDoesNotDiffer() {
        assertThat(expected.differencesFrom(seen(12, Status.OK, 1, TimeWait.HERE, 0))).isEmpty();
    }

    @Test
    void lostBytesAndAnotherStatusBreakTheContract() {
        assertThat(expected.differencesFrom(seen(11, Status.RESET, 1, TimeWait.HERE, 0)))
                .extracting(Difference::column).containsExactly(Column.DATA, Column.CLOSE);
        assertThat(expected.differencesFrom(seen(11, Status.RESET, 1, TimeWait.HERE, 0)))
                .allMatch(Difference::breaksContract);
    }

    @Test
    void bytesThatWereNeverSentBreakIt() {
        assertThat(expected.cut().differencesFrom(seen(13, Status.OK, 1, TimeWait.HERE, 0)))
                .anyMatch(Difference::breaksContract);
    }

    @Test
    void aSlowCloseIsShownButBreaksNothing() {
        assertThat(expected.differencesFrom(seen(12, Status.OK, 900, TimeWait.HERE, 0)))
                .singleElement().satisfies(difference -> {
                    assertThat(difference.column()).isEqualTo(Column.TOOK);
                    assertThat(difference.breaksContract()).isFalse();
                });
    }

    @Test
    void aCloseBeforeItsLimitIsShown() {
        Expectation late = expected.after(200, Status.DEADLINE);
        assertThat(late.differencesFrom(seen(12, Status.DEADLINE, 20, TimeWait.HERE, 0)))
                .extracting(Difference::column).containsExactly(Column.TOOK);
    }

    @Test
    void aSystemThatDoesNotTellTimeWaitDiffersInNothing() {
        assertThat(expected.differencesFrom(seen(12, Status.OK, 1, TimeWait.UNKNOWN, 0)))
                .isEmpty();
    }

    @Test
    void anEventAfterTheCloseBreaksTheContract() {
        assertThat(expected.differencesFrom(seen(12, Status.OK, 1, TimeWait.HERE, 1)))
                .singleElement().matches(Difference::breaksContract);
    }

    @Test
    void noCloseEventBreaksTheContract() {
        Observation stuck = new Observation(12, 12, PeerEnd.SILENCE, Optional.empty(), 0, 0,
                List.of(), TimeWait.UNKNOWN, 0, Optional.of("the CLOSE event"));
        assertThat(expected.differencesFrom(stuck)).extracting(Difference::column)
                .containsExactly(Column.PEER, Column.CLOSE, Column.SITUATION);
    }

    private static Observation seen(int arrived, Status close, int millis, TimeWait left,
            int strays) {
        return new Observation(12, arrived, PeerEnd.EOF, Optional.of(close), millis * 1_000_000L,
                0, List.of(), left, strays, Optional.empty());
    }
}
