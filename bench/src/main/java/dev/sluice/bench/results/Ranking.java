package dev.sluice.bench.results;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Ranks the rows of a load. Two rows differ if the 95% interval of their ratio, taken in pairs, does
 * not contain 1. A rank counts only rows that differ; rows that do not share a range of ranks.
 */
public final class Ranking {
    private Ranking() {}

    /**
     * A rank.
     *
     * @param first one more than the number of rows that are better
     * @param last the number of rows that are not worse
     */
    public record Rank(int first, int last) {
        /** True if other rows share it. */
        public boolean isTie() {
            return first < last;
        }

        /** Such as 3, or 2-4 if it is shared. */
        @Override
        public String toString() {
            return isTie() ? first + "-" + last : Integer.toString(first);
        }
    }

    /** The ranks of a load's servers by their CPU time per message, the least first. */
    public static Map<String, Rank> of(LoadResult result) {
        Map<String, Rank> ranks = new LinkedHashMap<>();
        for (String server : result.servers()) {
            int better = 0;
            int worse = 0;
            for (String other : result.servers()) {
                Interval ratio = PairedSlices.ratio(result.counted(server),
                        result.counted(other), Slice::cpuNanosPerMessage);
                if (!isTie(ratio)) {
                    better += ratio.median() > 1 ? 1 : 0;
                    worse += ratio.median() < 1 ? 1 : 0;
                }
            }
            ranks.put(server, new Rank(better + 1, result.servers().size() - worse));
        }
        return ranks;
    }

    /** True if the ratio leaves the order of the two open. */
    public static boolean isTie(Interval ratio) {
        return !ratio.isConfidence() || (ratio.low() <= 1 && ratio.high() >= 1);
    }
}
