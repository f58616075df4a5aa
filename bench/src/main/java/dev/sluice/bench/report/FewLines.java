package dev.sluice.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses the few lines that a plot shows first: readers cannot distinguish more than
 * {@value #MOST}.
 */
final class FewLines {
    static final int MOST = 6;

    /** The rows that most readers want to compare, in this order. */
    private static final List<String> IMPORTANT = List.of("sluice-epoll", "sluice-io_uring", "nio",
            "netty-epoll", "netty-io_uring");

    private FewLines() {}

    /**
     * Returns at most {@value #MOST} of the names: the important ones, the baseline, then the
     * others.
     */
    static Set<String> of(List<String> names, String baseline) {
        List<String> order = new ArrayList<>(IMPORTANT);
        order.add(baseline);
        order.addAll(names);
        Set<String> chosen = new LinkedHashSet<>();
        for (String name : order) {
            if (chosen.size() < MOST && names.contains(name)) {
                chosen.add(name);
            }
        }
        return chosen;
    }
}
