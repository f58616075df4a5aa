package dev.sluice;

import dev.sluice.internal.Backends;
import dev.sluice.internal.spi.BackendReport;
import java.util.List;

/**
 * Reports what Sluice can use on this machine, with the cause where it cannot. Each feature is tried;
 * versions are not compared.
 */
public final class Capabilities {
    private Capabilities() {}

    /**
     * One thing that a backend offers or does not.
     *
     * @param name what it is
     * @param available true if it works here
     * @param detail how it works, or why not
     */
    public record Feature(String name, boolean available, String detail) {}

    /**
     * What one backend offers.
     *
     * @param backend the backend
     * @param available true if a port can be opened with it
     * @param cause why it cannot; empty if it can
     * @param features what it offers, if it is available
     */
    public record Support(
            Backend backend, boolean available, String cause, List<Feature> features) {
        /** Copies the list. */
        public Support {
            features = List.copyOf(features);
        }
    }

    /**
     * Tries each backend. Takes some milliseconds; opens and closes descriptors. Any thread may call.
     *
     * @return one entry for each backend, the preferred one first
     */
    public static List<Support> report() {
        return Backends.reports().stream().map(Capabilities::supportOf).toList();
    }

    private static Support supportOf(BackendReport report) {
        return new Support(
                Backend.named(report.name()),
                report.available(),
                report.cause(),
                report.features().stream()
                        .map(f -> new Feature(f.name(), f.available(), f.detail()))
                        .toList());
    }
}
