package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Status;
import java.io.EOFException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Attempts and pauses, by a clock that only the pauses move. */
class RetryTest {
    /** Time that passes by sleeping alone. */
    private static final class Clock implements Retry.Time {
        private final List<Long> sleptMillis = new ArrayList<>();
        private long now = Long.MAX_VALUE - 5; // Such as System.nanoTime may be: sums overflow.
        private boolean interrupts;

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void sleep(long nanos) throws InterruptedException {
            if (interrupts) {
                throw new InterruptedException();
            }
            now += nanos;
            sleptMillis.add(TimeUnit.NANOSECONDS.toMillis(nanos));
        }
    }

    private final Clock clock = new Clock();
    private final Retry retry = Retry.DEFAULT.time(clock, () -> 0);
    private int attempts;

    private static NetException busy(int number) {
        return new NetException("busy " + number, Status.OUT_OF_DESCRIPTORS, 0);
    }

    /** Fails so often before it succeeds. */
    private Retry.Attempt<Integer> failing(int times) {
        return left -> {
            attempts++;
            if (attempts <= times) {
                throw busy(attempts);
            }
            return attempts;
        };
    }

    @Test
    void theFirstSuccessEndsIt() throws Exception {
        assertThat(retry.call(failing(0))).isEqualTo(1);
        assertThat(clock.sleptMillis).isEmpty();
    }

    @Test
    void pausesDoubleUpToTheLongest() throws Exception {
        assertThat(retry.maxAttempts(9).call(failing(8))).isEqualTo(9);
        assertThat(clock.sleptMillis)
                .containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L);
        assertThatThrownBy(() -> retry.pauses(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the longer one last");
    }

    @Test
    void aRandomPartOfUpToAHalfIsTakenOff() throws Exception {
        assertThat(retry.time(clock, () -> 1).call(failing(2))).isEqualTo(3);
        assertThat(clock.sleptMillis).containsExactly(50L, 100L);
        attempts = 0;
        assertThat(retry.time(clock, () -> 0.5).call(failing(1))).isEqualTo(2);
        assertThat(clock.sleptMillis).endsWith(75L);
    }

    @Test
    void theLastFailureIsThrownWithTheOthersSuppressed() {
        assertThatThrownBy(() -> retry.maxAttempts(3).call(failing(100)))
                .isInstanceOf(NetException.class).hasMessage("busy 3")
                .satisfies(last -> assertThat(last.getSuppressed())
                        .extracting(Throwable::getMessage).containsExactly("busy 1", "busy 2"));
        assertThat(attempts).isEqualTo(3);
        attempts = 0;
        assertThatThrownBy(() -> retry.maxAttempts(100).call(failing(100)))
                .hasMessage("busy 100")
                .satisfies(last -> assertThat(last.getSuppressed()).hasSize(8)
                        .extracting(Throwable::getMessage).endsWith("busy 98", "busy 99"));
        NetException same = busy(0);
        assertThatThrownBy(() -> retry.call(left -> {
            throw same;
        })).isSameAs(same).satisfies(last -> assertThat(last.getSuppressed()).isEmpty());
    }

    @Test
    void onlyWhatIsTemporaryIsTriedAgain() {
        assertThatThrownBy(() -> retry.call(left -> {
            attempts++;
            throw new ConnectFailedException("refused", Status.REFUSED, 0);
        })).isInstanceOf(ConnectFailedException.class);
        assertThatThrownBy(() -> retry.call(left -> {
            attempts++;
            throw new EOFException("the end");
        })).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> retry.call(left -> {
            attempts++;
            throw new IllegalStateException("a fault");
        })).isInstanceOf(IllegalStateException.class);
        assertThat(attempts).isEqualTo(3);
        assertThat(clock.sleptMillis).isEmpty();
    }

    @Test
    void aFailureThatIsNotRetriedHasTheEarlierOnesSuppressed() {
        assertThatThrownBy(() -> retry.call(left -> {
            attempts++;
            if (attempts == 1) {
                throw busy(1);
            }
            throw new EOFException("the end");
        })).isInstanceOf(EOFException.class)
                .satisfies(last -> assertThat(last.getSuppressed()).hasSize(1));
    }

    @Test
    void theCallerChoosesWhatIsTriedAgain() throws Exception {
        Retry restarts = retry.when(failure -> failure.status() == Status.REFUSED);
        int succeeded = restarts.call(left -> {
            attempts++;
            if (attempts == 1) {
                throw new ConnectFailedException("refused", Status.REFUSED, 0);
            }
            return attempts;
        });
        assertThat(succeeded).isEqualTo(2);
        assertThatThrownBy(() -> restarts.call(left -> {
            throw busy(1);
        })).hasMessage("busy 1");
    }

    @Test
    void noPauseBeginsThatWouldNotEndInTime() {
        Retry bounded = retry.maxAttempts(Integer.MAX_VALUE).timeout(Duration.ofMillis(701));
        List<Long> left = new ArrayList<>();
        assertThatThrownBy(() -> bounded.call(rest -> {
            left.add(rest.toMillis());
            throw busy(left.size());
        })).hasMessage("busy 4");
        assertThat(left).containsExactly(701L, 601L, 401L, 1L);
        assertThat(clock.sleptMillis).containsExactly(100L, 200L, 400L);
    }

    @Test
    void anInterruptEndsAPause() {
        clock.interrupts = true;
        assertThatThrownBy(() -> retry.call(failing(1))).isInstanceOf(CancelledException.class)
                .hasMessage("retry: interrupted after: busy 1");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void theClockOfTheSystemIsTheDefault() throws Exception {
        Duration moment = Duration.ofNanos(1);
        assertThat(Retry.DEFAULT.pauses(moment, moment).call(failing(4))).isEqualTo(5);
        assertThatThrownBy(() -> Retry.DEFAULT.maxAttempts(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Retry.DEFAULT.timeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
