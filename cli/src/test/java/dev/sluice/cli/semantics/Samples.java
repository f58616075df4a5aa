package dev.sluice.cli.semantics;

import dev.sluice.Backend;
import dev.sluice.Status;
import dev.sluice.cli.doctor.Host;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Observations that nobody had to make. */
final class Samples {
    private static final long MILLI = 1_000_000;

    private Samples() {}

    /** As expected, but for how the peer saw the end. */
    static Observation seen(Expectation expected, PeerEnd end) {
        List<EndedOperation> ended =
                expected.rest().isEmpty() || expected.rest().startsWith("discarded")
                        ? List.of()
                        : List.of(new EndedOperation(expected.rest(), Status.OK, 0,
                                EndedOperation.OPEN));
        return new Observation(12, 12, end, Optional.of(expected.close()),
                expected.leastMillis() * MILLI, 0, ended, expected.timeWait(), 0,
                Optional.empty());
    }

    /** One row for each scenario, in which the peer of one saw something else. */
    static List<Row> rows(Scenario odd, PeerEnd end) {
        return Catalogue.all().stream().map(scenario -> {
            PeerEnd shown = scenario.equals(odd) ? end : scenario.expected().peerEnd();
            Observation seen = seen(scenario.expected(), shown);
            return new Row(scenario, seen, scenario.expected().differencesFrom(seen).stream()
                    .filter(difference -> difference.column() != Column.REST).toList());
        }).toList();
    }

    static Scenario scenario(Ending ending, Situation situation) {
        return Catalogue.all().stream()
                .filter(one -> one.ending() == ending && one.situation() == situation)
                .findFirst().orElseThrow();
    }

    static Report report(List<Row> rows) {
        return report(Backend.EPOLL, rows);
    }

    static Report report(Backend backend, List<Row> rows) {
        SequencedMap<Backend, List<Row>> byBackend = new LinkedHashMap<>();
        byBackend.put(backend, rows);
        return new Report(Host.here(), Instant.parse("2026-01-02T03:04:05Z"), byBackend,
                Map.of(Backend.IOCP, "needs Windows"));
    }
}
