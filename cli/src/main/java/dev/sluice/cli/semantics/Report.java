package dev.sluice.cli.semantics;

import dev.sluice.Backend;
import dev.sluice.cli.doctor.Host;
import java.time.Instant;
import java.util.LinkedHashMap;
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
 * @param elsewhere the backends that another machine was asked about, each with its description
 */
record Report(
        Host host,
        Instant time,
        SequencedMap<Backend, List<Row>> rows,
        Map<Backend, String> unavailable,
        Map<Backend, String> elsewhere) {
    /** All of it seen on this machine. */
    Report(Host host, Instant time, SequencedMap<Backend, List<Row>> rows,
            Map<Backend, String> unavailable) {
        this(host, time, rows, unavailable, Map.of());
    }

    /** Adds the report of another machine for the backends that this one lacks. */
    Report with(RecordedReport other) {
        SequencedMap<Backend, List<Row>> allRows = new LinkedHashMap<>(rows);
        Map<Backend, String> missing = new LinkedHashMap<>(unavailable);
        Map<Backend, String> others = new LinkedHashMap<>(elsewhere);
        other.rows().forEach((backend, itsRows) -> {
            if (allRows.putIfAbsent(backend, itsRows) == null) {
                missing.remove(backend);
                others.put(backend, other.machine());
            }
        });
        return new Report(host, time, allRows, missing, others);
    }

    /** The backend, and where it was tried if not here. */
    String title(Backend backend) {
        String machine = elsewhere.get(backend);
        return machine == null ? backend.toString() : backend + " (" + machine + ")";
    }

    Stream<Row> allRows() {
        return rows.values().stream().flatMap(List::stream);
    }

    boolean breaksContract() {
        return allRows().anyMatch(Row::breaksContract);
    }
}
