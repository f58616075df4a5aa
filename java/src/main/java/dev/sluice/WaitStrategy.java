package dev.sluice;

import org.jspecify.annotations.Nullable;

/**
 * What a port does when nothing is ready: block in the kernel, spin for a while before it blocks, or
 * spin without end.
 *
 * <p>The default is {@link #BLOCK}: an idle port uses no processor time. With few connections a sleep
 * and a wake-up cost more than the work between them. There {@link #spinThenBlock} responds several
 * times faster, and keeps one core busy while it spins.
 */
public final class WaitStrategy {
    /** Blocks in the kernel at once. */
    public static final WaitStrategy BLOCK = new WaitStrategy(0);

    /** Never blocks: for a thread that has a core of its own. */
    public static final WaitStrategy SPIN = new WaitStrategy(-1);

    private static final int DEFAULT_LOOKS = 2000;

    final int spins;

    private WaitStrategy(int spins) {
        this.spins = spins;
    }

    /**
     * Asks the kernel 2,000 times, for about half a millisecond, before it blocks.
     *
     * @return the strategy
     */
    public static WaitStrategy spinThenBlock() {
        return spinThenBlock(DEFAULT_LOOKS);
    }

    /**
     * Asks the kernel a number of times before it blocks.
     *
     * @param looks system calls that return at once, 1 or more
     * @return the strategy
     */
    public static WaitStrategy spinThenBlock(int looks) {
        if (looks < 1) {
            throw new IllegalArgumentException("looks of " + looks + ": use 1 or more, or BLOCK");
        }
        return new WaitStrategy(looks);
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof WaitStrategy other && spins == other.spins;
    }

    @Override
    public int hashCode() {
        return spins;
    }

    @Override
    public String toString() {
        return spins == 0 ? "block" : spins < 0 ? "spin" : "spin " + spins + " then block";
    }
}
