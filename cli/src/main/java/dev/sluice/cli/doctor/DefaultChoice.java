package dev.sluice.cli.doctor;

import dev.sluice.Backend;
import dev.sluice.Capabilities;
import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import dev.sluice.SystemCallException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The backend that a port gets when none is asked for.
 *
 * @param backend its name, empty if no port can be opened
 * @param reason why that one, to be read behind its name; or why none
 */
public record DefaultChoice(String backend, String reason) {
    private static final PortOptions SMALL = PortOptions.DEFAULT.maxOperations(16).maxSockets(4)
            .poolBuffers(1).poolBufferBytes(4096);

    /** Opens a port to see. */
    static DefaultChoice of(List<Capabilities.Support> report) {
        try (CompletionPort port = CompletionPort.open(SMALL)) {
            return new DefaultChoice(port.backend().toString(), reason(port.backend(), report));
        } catch (SystemCallException failure) {
            boolean isOdd = report.stream().anyMatch(Capabilities.Support::available);
            return new DefaultChoice("", isOdd
                    ? String.valueOf(failure.getMessage())
                    : "no backend works here");
        }
    }

    static String reason(Backend chosen, List<Capabilities.Support> report) {
        List<Capabilities.Support> before =
                report.stream().takeWhile(one -> one.backend() != chosen).toList();
        if (before.isEmpty()) {
            return "which is preferred where it works";
        }
        String refused = before.stream().filter(one -> !one.available())
                .map(one -> one.backend() + " " + one.cause()).collect(Collectors.joining("; "));
        String works = before.stream().filter(Capabilities.Support::available)
                .map(one -> one.backend().toString()).collect(Collectors.joining(", "));
        String since = refused.isEmpty() ? "" : "since " + refused;
        String though = works.isEmpty() ? "" : "though " + works + " can be asked for";
        return since + (since.isEmpty() || though.isEmpty() ? "" : "; ") + though;
    }
}
