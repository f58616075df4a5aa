package dev.sluice.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The greatest number of the present period and the one before. */
class RecentMaximumTest {
    private final RecentMaximum maximum = new RecentMaximum();
    private final long beganNanos = System.nanoTime();

    private long at(double periods) {
        return beganNanos + (long) (periods * RecentMaximum.PERIOD_NANOS);
    }

    @Test
    void theGreatestOfAPeriodLastsUntilTheEndOfTheNext() {
        maximum.add(5, at(0.1));
        maximum.add(9, at(0.2));
        maximum.add(7, at(0.3));
        assertThat(maximum.at(at(0.4))).isEqualTo(9);
        maximum.add(3, at(1.1));
        assertThat(maximum.at(at(1.2))).isEqualTo(9);
        maximum.add(4, at(2.2));
        assertThat(maximum.at(at(2.3))).isEqualTo(4);
    }

    @Test
    void nothingIsLeftOnceNothingWasAddedForTwoPeriods() {
        maximum.add(5, at(0.1));
        assertThat(maximum.at(at(1.5))).isEqualTo(5);
        assertThat(maximum.at(at(2.5))).isZero();
        maximum.add(1, at(5));
        assertThat(maximum.at(at(5.1))).isEqualTo(1);
    }
}
