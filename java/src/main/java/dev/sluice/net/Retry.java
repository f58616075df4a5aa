package dev.sluice.net;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Repeats a call that fails for a while, with growing pauses. Immutable: each option returns a changed
 * copy, and any number of threads may use one at the same time.
 *
 * <pre>{@code
 * Retry retry = Retry.DEFAULT.timeout(Duration.ofSeconds(30));
 * Connection connection = retry.call(left -> Dialer.DEFAULT.timeout(left).dial("example.org:80"));
 * }</pre>
 *
 * <p>Only a {@link NetException} is retried, and by default only one whose {@link
 * NetException#isTemporary} is true; every other failure ends the call at once. The attempt must be one
 * that may run twice: a request that was written may have been carried out, although its answer failed.
 *
 * <p>The pause doubles with each failure up to a limit (exponential backoff). Each one is shortened by a
 * random part of up to a half (jitter), so that many clients of a server that comes back do not return at
 * the same moment. A call that fails for good throws its last failure, which has up to 8 earlier ones
 * suppressed.
 */
public final class Retry {
    /** Up to 5 attempts, pauses from 100 milliseconds to 10 seconds, no bound on their sum. */
    public static final Retry DEFAULT = new Retry(5, TimeUnit.MILLISECONDS.toNanos(100),
            TimeUnit.SECONDS.toNanos(10), null, NetException::isTemporary, Time.SYSTEM,
            () -> ThreadLocalRandom.current().nextDouble());

    /** Longer than any program runs; sums with it do not overflow. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final int MAX_SUPPRESSED = 8;

    private final int maxAttempts;
    private final long firstPauseNanos;
    private final long maxPauseNanos;
    private final @Nullable Duration timeout;
    private final Predicate<NetException> retried;
    private final Time time;
    private final DoubleSupplier random;

    /**
     * Something to try, possibly several times.
     *
     * @param <T> the type of its result
     */
    @FunctionalInterface
    public interface Attempt<T> {
        /**
         * Tries once.
         *
         * @param left what is left of the {@linkplain Retry#timeout sum}, more than zero; without one, a
         *     hundred years
         * @return the result
         * @throws IOException if it failed
         */
        T run(Duration left) throws IOException;
    }

    /** The clock and the pauses. A test replaces them, so that it waits for nothing. */
    public interface Time {
        /** That of the system: {@link System#nanoTime} and {@link Thread#sleep(long)}. */
        Time SYSTEM = new Time() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void sleep(long nanos) throws InterruptedException {
                TimeUnit.NANOSECONDS.sleep(nanos);
            }
        };

        /**
         * Returns the present time.
         *
         * @return nanoseconds, of which only differences have a meaning
         */
        long nanoTime();

        /**
         * Waits.
         *
         * @param nanos nanoseconds, more than zero
         * @throws InterruptedException if the thread is interrupted
         */
        void sleep(long nanos) throws InterruptedException;
    }

    private Retry(int maxAttempts, long firstPauseNanos, long maxPauseNanos,
            @Nullable Duration timeout, Predicate<NetException> retried, Time time,
            DoubleSupplier random) {
        this.maxAttempts = maxAttempts;
        this.firstPauseNanos = firstPauseNanos;
        this.maxPauseNanos = maxPauseNanos;
        this.timeout = timeout;
        this.retried = retried;
        this.time = time;
        this.random = random;
    }

    // ---- options -------------------------------------------------------------------------------

    /**
     * Bounds the number of attempts, the first one included. The default is 5.
     *
     * @param attempts 1 or more; {@link Integer#MAX_VALUE} for no bound but the timeout
     * @return a changed copy
     * @throws IllegalArgumentException if the number is zero or less
     */
    public Retry maxAttempts(int attempts) {
        if (attempts < 1) {
            throw new IllegalArgumentException("at most " + attempts + " attempts: use 1 or more");
        }
        return new Retry(
                attempts, firstPauseNanos, maxPauseNanos, timeout, retried, time, random);
    }

    /**
     * Sets the pauses, before a random part is taken off. The default is 100 milliseconds to 10 seconds.
     *
     * @param first after the first failure, more than zero; it doubles with each further one
     * @param longest the longest pause
     * @return a changed copy
     * @throws IllegalArgumentException if the first is zero or less, or more than the longest
     */
    public Retry pauses(Duration first, Duration longest) {
        if (first.isNegative() || first.isZero() || first.compareTo(longest) > 0) {
            throw new IllegalArgumentException("pauses of " + first + " to " + longest
                    + ": use more than zero, and the longer one last");
        }
        return new Retry(maxAttempts, TimeUnit.NANOSECONDS.convert(shorter(first, LONGEST)),
                TimeUnit.NANOSECONDS.convert(shorter(longest, LONGEST)), timeout, retried, time,
                random);
    }

    /**
     * Bounds the sum of all attempts and pauses. An attempt gets what is left as its argument and should
     * pass it on; no pause begins that would not end in time. The default is no bound.
     *
     * @param sum more than zero
     * @return a changed copy
     * @throws IllegalArgumentException if the time is zero or less
     */
    public Retry timeout(Duration sum) {
        if (sum.isNegative() || sum.isZero()) {
            throw new IllegalArgumentException("retry within " + sum + ": use more than zero");
        }
        return new Retry(
                maxAttempts, firstPauseNanos, maxPauseNanos, sum, retried, time, random);
    }

    /**
     * Sets which failures are retried. The default is {@link NetException#isTemporary}.
     *
     * @param retried true for a failure after which another attempt may succeed, such as {@code failure ->
     *     failure.isTemporary() || failure.status() == Status.REFUSED} for a server that restarts
     * @return a changed copy
     */
    public Retry when(Predicate<NetException> retried) {
        Objects.requireNonNull(retried, "retried");
        return new Retry(
                maxAttempts, firstPauseNanos, maxPauseNanos, timeout, retried, time, random);
    }

    /**
     * Sets the clock and the random numbers, for tests.
     *
     * @param time the clock and the pauses
     * @param random numbers from 0 to 1; half of one is the part that is taken off a pause
     * @return a changed copy
     */
    public Retry time(Time time, DoubleSupplier random) {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(random, "random");
        return new Retry(
                maxAttempts, firstPauseNanos, maxPauseNanos, timeout, retried, time, random);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    // ---- calling -------------------------------------------------------------------------------

    /**
     * Tries until an attempt succeeds, fails for good, or the attempts or the time are used up.
     *
     * @param attempt runs on the calling thread
     * @param <T> the type of the result
     * @return the result of the attempt that succeeded
     * @throws CancelledException if the thread was interrupted during a pause; its interrupt status stays
     *     set
     * @throws IOException the last failure, with earlier ones suppressed
     */
    public <T> T call(Attempt<T> attempt) throws IOException {
        Duration sum = timeout == null ? LONGEST : shorter(timeout, LONGEST);
        long endNanos = time.nanoTime() + TimeUnit.NANOSECONDS.convert(sum);
        long pauseNanos = firstPauseNanos;
        Failures failures = new Failures();
        Duration left = sum;
        for (int attempts = 1;; attempts++) {
            try {
                return attempt.run(left);
            } catch (NetException failure) {
                failures.add(failure);
                if (attempts >= maxAttempts || !retried.test(failure)) {
                    throw failures.last(failure);
                }
                long nanos = pauseNanos - (long) (pauseNanos / 2.0 * random.getAsDouble());
                long leftNanos = endNanos - time.nanoTime();
                if (nanos >= leftNanos) {
                    throw failures.last(failure);
                }
                pause(Math.max(1, nanos), failures, failure);
                left = Duration.ofNanos(Math.max(1, endNanos - time.nanoTime()));
                pauseNanos = pauseNanos > maxPauseNanos / 2 ? maxPauseNanos : 2 * pauseNanos;
            } catch (IOException | RuntimeException | Error failure) {
                failures.suppressIn(failure);
                throw failure;
            }
        }
    }

    private void pause(long nanos, Failures failures, NetException latest)
            throws CancelledException {
        try {
            time.sleep(nanos);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            CancelledException cancelled =
                    new CancelledException("retry: interrupted after: " + latest.getMessage());
            cancelled.initCause(interrupted);
            failures.suppressIn(cancelled);
            throw cancelled;
        }
    }

    /** The latest failures of one call. */
    private static final class Failures {
        private final ArrayDeque<NetException> latest = new ArrayDeque<>();

        void add(NetException failure) {
            if (latest.size() > MAX_SUPPRESSED) {
                latest.removeFirst();
            }
            latest.addLast(failure);
        }

        NetException last(NetException failure) {
            suppressIn(failure);
            return failure;
        }

        @SuppressWarnings("ReferenceEquality") // An exception cannot suppress itself.
        void suppressIn(Throwable thrown) {
            for (NetException each : latest) {
                if (each != thrown) {
                    thrown.addSuppressed(each);
                }
            }
        }
    }
}
