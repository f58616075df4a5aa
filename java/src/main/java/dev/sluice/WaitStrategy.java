package dev.sluice;

import org.jspecify.annotations.Nullable;

/**
 * What a port does when nothing is ready: sleep in the kernel, look again for a while before it
 * sleeps, or look for ever.
 *
 * <p>The default is {@link #BLOCK}: an idle port costs nothing and takes no core from others. With
 * few connections a sleep and a wake-up cost more than the work between them; there {@link
 * #spinThenBlock} answers several times faster, for the price of a core that is busy while it looks.
 */
public final class WaitStrategy {
    /** Sleep in the kernel at once. */
    public static final WaitStrategy BLOCK = new WaitStrategy(0);

    /** Never sleep: for a thread that has a core of its own. */
    public static final WaitStrategy SPIN = new WaitStrategy(-1);

    private static final int DEFAULT_LOOKS = 2000;

    final int spins;

    private WaitStrategy(int spins) {
        this.spins = spins;
    }

    /**
     * Looks at the kernel 2,000 times, about half a millisecond, before it sleeps.
     *
     * @return the strategy
     */
    public static WaitStrategy spinThenBlock() {
        return spinThenBlock(DEFAULT_LOOKS);
    }

    /**
     * Looks at the kernel a number of times before it sleeps.
     *
     * @param looks calls of the kernel that return at once, 1 or more
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
