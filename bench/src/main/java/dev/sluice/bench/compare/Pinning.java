package dev.sluice.bench.compare;

import dev.sluice.bench.load.Generator.Waiting;
import java.util.BitSet;
import java.util.Locale;

/** Which processors the server and the generator's thread are bound to. */
public enum Pinning {
    /**
     * One processor for both. They never run at the same time, no thread wakes on another
     * processor, and figures repeat within about 2%.
     */
    ONE,
    /** One processor each, so that both run at the same time. Figures repeat within 5 to 10%. */
    TWO,
    /** The scheduler decides. */
    NONE;

    /**
     * The processors of a load.
     *
     * @param server the server's processors
     * @param generator those of the generator's thread
     * @param waiting how that thread waits
     * @param words the placement in words, for the reader of the results
     */
    record Placement(BitSet server, BitSet generator, Waiting waiting, String words) {
        /** Returns the same placement with more words for the reader. */
        Placement withWords(String more) {
            return new Placement(server, generator, waiting, words + ", " + more);
        }
    }

    /** Returns the default for a load of that many connections. */
    static Pinning defaultFor(int connections, int processors) {
        boolean lone = connections == 1; // this load measures waiting, so nothing is shared
        return lone && processors > 1 ? TWO : ONE;
    }

    /**
     * Chooses among the processors that this process may use: the last ones, far from interrupts.
     * On one processor the generator never polls, since that would keep the server from running.
     */
    Placement place(BitSet allowed, Waiting asked) {
        int last = allowed.previousSetBit(allowed.length());
        int other = last > 0 ? allowed.previousSetBit(last - 1) : -1;
        if (this == NONE) {
            return new Placement(allowed, allowed, asked, "not pinned" + words(asked));
        }
        if (this == ONE || other < 0) {
            return new Placement(single(last), single(last), Waiting.BLOCK,
                    "server and generator on processor " + last);
        }
        return new Placement(single(last), single(other), asked, "server on processor " + last
                + ", generator on processor " + other + words(asked));
    }

    private static String words(Waiting waiting) {
        return waiting == Waiting.SPIN ? ", polling" : "";
    }

    private static BitSet single(int processor) {
        BitSet set = new BitSet();
        set.set(processor);
        return set;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
