package dev.sluice.bench.semantics;

import dev.sluice.Backend;
import dev.sluice.bench.doctor.Host;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * What was seen on all backends.
 *
 * @param host the machine
 * @param time when it began
 * @param rows for each backend that works here
 * @param unavailable the others, each with the cause
 */
record Report(
        Host host,
        Instant time,
        SequencedMap<Backend, List<Row>> rows,
        Map<Backend, String> unavailable) {
    Stream<Row> allRows() {
        return rows.values().stream().flatMap(List::stream);
    }

    boolean breaksContract() {
        return allRows().anyMatch(Row::breaksContract);
    }
}
