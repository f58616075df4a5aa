package dev.sluice.bench.results;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which rows can be told apart: those the 95% interval of whose ratio, taken in pairs, does not
 * enclose 1. A row's place counts only those; where others may as well be before it as behind, it
 * shares its place with them.
 */
public final class Ties {
    private Ties() {}

    /**
     * A place in the order.
     *
     * @param first one more than the rows that are surely better
     * @param last the number of rows that are not surely worse
     */
    public record Place(int first, int last) {
        /** Whether others share it. */
        public boolean isTie() {
            return first < last;
        }

        /** Such as 3, or 2-4 where it is shared. */
        @Override
        public String toString() {
            return isTie() ? first + "-" + last : Integer.toString(first);
        }
    }

    /** The places of a load's servers by their CPU time per message, the least first. */
    public static Map<String, Place> of(LoadResult result) {
        Map<String, Place> places = new LinkedHashMap<>();
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
            places.put(server, new Place(better + 1, result.servers().size() - worse));
        }
        return places;
    }

    /** Whether a ratio leaves open which of the two is larger. */
    public static boolean isTie(Interval ratio) {
        return !ratio.isConfidence() || (ratio.low() <= 1 && ratio.high() >= 1);
    }
}
