package dev.sluice.conformance;

import dev.sluice.Backend;
import dev.sluice.Capabilities;
import java.util.Arrays;
import java.util.List;

/**
 * The backends for which the suite runs: those that work here, or those that the system property
 * {@code sluice.test.backends} names ("epoll,io_uring"). One that was named and does not work fails
 * the run: a named backend was not meant to be skipped.
 */
public final class BackendsUnderTest {
    private static final String PROPERTY = "sluice.test.backends";

    private BackendsUnderTest() {}

    /** In the order of preference. */
    public static List<Backend> all() {
        String named = System.getProperty(PROPERTY, "");
        List<Backend> found = named.isBlank() ? available() : named(named);
        if (found.isEmpty()) {
            throw new IllegalStateException("no backend works here: " + Capabilities.report());
        }
        return found;
    }

    private static List<Backend> available() {
        return Capabilities.report().stream()
                .filter(Capabilities.Support::available)
                .map(Capabilities.Support::backend)
                .toList();
    }

    private static List<Backend> named(String names) {
        List<Backend> backends = Arrays.stream(names.split(",", -1))
                .map(String::strip)
                .map(Backend::named)
                .toList();
        for (Capabilities.Support support : Capabilities.report()) {
            if (backends.contains(support.backend()) && !support.available()) {
                throw new IllegalStateException(
                        PROPERTY + " names " + support.backend() + ", which " + support.cause());
            }
        }
        return backends;
    }
}
