package dev.sluice;

import dev.sluice.internal.Backends;
import dev.sluice.internal.spi.BackendReport;
import java.util.List;

/**
 * What Sluice can use on this machine, and the cause of each refusal. Found out by doing, not by
 * looking at versions.
 */
public final class Capabilities {
    private Capabilities() {}

    /**
     * One thing that a backend offers, or not.
     *
     * @param name in the words of the field
     * @param available whether it was found to work here
     * @param detail how it was found, or the cause of the refusal
     */
    public record Feature(String name, boolean available, String detail) {}

    /**
     * What one backend offers.
     *
     * @param backend which
     * @param available whether a port can be opened with it
     * @param cause why not; empty when it can
     * @param features each with the cause of a refusal
     */
    public record Support(
            Backend backend, boolean available, String cause, List<Feature> features) {
        /** Copies the list. */
        public Support {
            features = List.copyOf(features);
        }
    }

    /**
     * Tries each backend. Takes a few milliseconds; opens and closes descriptors.
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
