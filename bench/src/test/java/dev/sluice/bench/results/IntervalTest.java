package dev.sluice.bench.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {
    private static double[] oneTo(int count) {
        return IntStream.rangeClosed(1, count).asDoubleStream().toArray();
    }

    /** The ranks that tables of the sign test give, counted from 1. */
    @ParameterizedTest
    @CsvSource({"6,1,6", "8,1,8", "9,2,8", "10,2,9", "15,4,12", "20,6,15", "25,8,18", "40,14,27"})
    void endsAreTheOrderStatisticsOfTheSignTest(int count, double low, double high) {
        Interval interval = Interval.ofMedian(oneTo(count));
        assertThat(interval.low()).isEqualTo(low);
        assertThat(interval.high()).isEqualTo(high);
        assertThat(interval.isConfidence()).isTrue();
    }

    @Test
    void medianIsTheMiddleOrBetweenTheTwoMiddleValues() {
        assertThat(Interval.ofMedian(3, 1, 2).median()).isEqualTo(2);
        assertThat(Interval.ofMedian(4, 1, 3, 2).median()).isEqualTo(2.5);
    }

    @Test
    void fewValuesGiveTheirRangeAndAreMarked() {
        Interval interval = Interval.ofMedian(5, 1, 3, 2, 4);
        assertThat(interval).isEqualTo(new Interval(3, 1, 5, 5));
        assertThat(interval.isConfidence()).isFalse();
    }

    @Test
    void noValuesGiveNoNumber() {
        assertThat(Interval.ofMedian().median()).isNaN();
        assertThat(Interval.ofMedian().values()).isZero();
    }

    @Test
    void oneWildValueMovesNothing() {
        double[] values = oneTo(25);
        Interval calm = Interval.ofMedian(values);
        values[24] = 1e9;
        assertThat(Interval.ofMedian(values)).isEqualTo(calm);
    }

    @Test
    void theTrueMedianIsInsideAtLeast95TimesIn100() {
        Random random = new Random(1);
        int tries = 4000;
        int inside = 0;
        for (int i = 0; i < tries; i++) {
            double[] sample = DoubleStream.generate(random::nextGaussian).limit(20).toArray();
            Interval interval = Interval.ofMedian(sample);
            inside += interval.low() <= 0 && 0 <= interval.high() ? 1 : 0;
        }
        assertThat((double) inside / tries).isBetween(0.945, 0.97); // 0.9586 for 20 values
    }

    @Test
    void valuesStayAsTheyWere() {
        double[] values = {3, 1, 2};
        Interval.ofMedian(values);
        assertThat(Arrays.stream(values)).containsExactly(3.0, 1.0, 2.0);
    }

    /** The probability of no head among so many coins is too small for a double. */
    @Test
    @Timeout(60)
    void thousandsOfValuesHaveAnIntervalToo() {
        double[] values = new double[3000];
        Arrays.setAll(values, index -> index);
        Interval interval = Interval.ofMedian(values);
        // 1.96 times half the root of 3000 to each side of the middle.
        assertThat(interval.low()).isBetween(1440.0, 1450.0);
        assertThat(interval.high()).isBetween(1549.0, 1559.0);
    }
}
