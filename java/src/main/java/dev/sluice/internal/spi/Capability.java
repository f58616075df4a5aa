package dev.sluice.internal.spi;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What one backend can do and another cannot. Code asks for a capability, not for a backend. */
public enum Capability {
    /** A multishot readiness request reports each change of a socket's readiness. */
    REPORTS_EDGES(
            "multishot readiness",
            "each change is an event",
            "Readiness.multishot() ends with UNSUPPORTED"),

    /** SO_REUSEADDR lets a listener bind to an address whose old connections are in TIME_WAIT. */
    REUSES_ADDRESSES(
            "binding while old connections are in TIME_WAIT",
            "listeners set SO_REUSEADDR",
            "always possible; SO_REUSEADDR would let another socket take the address"),

    /** Submissions reach the kernel together, with the call that waits for events. */
    BATCHES_SUBMISSIONS(
            "many submissions in one system call",
            "they go with the wait for events",
            "each operation is a system call"),

    /** Try calls take memory of the heap. */
    TAKES_HEAP_MEMORY(
            "system calls with arrays",
            "large reads and writes of arrays make no copy",
            "arrays are copied through native memory");

    private final String title;
    private final String detail;
    private final String detailOfAbsence;

    Capability(String title, String detail, String detailOfAbsence) {
        this.title = title;
        this.detail = detail;
        this.detailOfAbsence = detailOfAbsence;
    }

    /** Every capability as a line of a report on the backend that has those of the set. */
    public static List<Feature> features(Set<Capability> present) {
        return Arrays.stream(values())
                .map(each -> each.feature(present.contains(each)))
                .toList();
    }

    private Feature feature(boolean present) {
        return new Feature(title, present, present ? detail : detailOfAbsence);
    }
}
