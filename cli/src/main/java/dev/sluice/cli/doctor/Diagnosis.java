package dev.sluice.cli.doctor;

import dev.sluice.Capabilities;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the doctor found.
 *
 * @param host the machine
 * @param backends each with its features, or the cause if it cannot be used, the preferred one first
 * @param choice the default
 * @param limits those that can be read here
 * @param tools found or missing
 */
record Diagnosis(
        Host host,
        List<Capabilities.Support> backends,
        DefaultChoice choice,
        List<Limit> limits,
        List<Tool> tools) {
    static Diagnosis make(SystemFiles files) {
        List<Capabilities.Support> backends = Capabilities.report();
        return new Diagnosis(
                Host.here(files),
                backends,
                DefaultChoice.of(backends),
                Limits.of(files),
                Tool.find(Optional.ofNullable(System.getenv("PATH")).orElse("")));
    }

    boolean hasBackend() {
        return !choice.backend().isEmpty();
    }
}
