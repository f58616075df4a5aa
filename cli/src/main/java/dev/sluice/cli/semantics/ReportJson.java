package dev.sluice.cli.semantics;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.sluice.Backend;
import dev.sluice.Status;
import java.io.IOException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report as JSON. The field {@code schemaVersion} grows when a reader would stumble. */
final class ReportJson {
    static final int SCHEMA_VERSION = 2;

    private static final JSON FORMAT = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT)
            .with(JSON.Feature.WRITE_NULL_PROPERTIES)
            .with(JSON.Feature.FAIL_ON_UNKNOWN_TYPE_WRITE);

    private ReportJson() {}

    static String of(Report report) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("schemaVersion", SCHEMA_VERSION);
        map.put("time", report.time().truncatedTo(ChronoUnit.SECONDS).toString());
        map.put("kernel", report.host().kernel());
        map.put("architecture", report.host().architecture());
        map.put("behaviourOnly", report.host().isWine());
        map.put("java", report.host().java());
        map.put("contractHolds", !report.breaksContract());
        List<Object> backends = new ArrayList<>();
        report.rows().forEach((backend, rows) -> {
            if (!report.elsewhere().containsKey(backend)) {
                backends.add(backend(backend, rows));
            }
        });
        map.put("backends", backends);
        List<Object> unavailable = new ArrayList<>();
        report.unavailable().forEach((backend, cause) -> unavailable
                .add(Map.of("backend", backend.toString(), "cause", cause)));
        map.put("unavailable", unavailable);
        return FORMAT.asString(map);
    }

    private static Map<String, Object> backend(Backend backend, List<Row> rows) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("backend", backend.toString());
        map.put("endings", rows.stream().map(ReportJson::row).toList());
        return map;
    }

    private static Map<String, @Nullable Object> row(Row row) {
        Observation seen = row.seen();
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("ending", row.scenario().ending().title);
        map.put("situation", row.scenario().situation().title);
        map.put("decidedBy",
                row.scenario().expected().basis() == Basis.CONTRACT ? "contract" : "system");
        map.put("peerSaw", seen.peerEnd().text);
        map.put("bytesTaken", seen.takenBytes());
        map.put("bytesArrived", seen.arrivedBytes());
        map.put("closeStatus", seen.closeStatus().map(Status::toString).orElse(null));
        map.put("closeNanos", seen.closeStatus().isPresent() ? seen.closeNanos() : null);
        map.put("bytesDiscarded", seen.discardedBytes());
        map.put("operations", seen.ended().stream().map(ReportJson::ended).toList());
        map.put("timeWait", seen.timeWait().text);
        map.put("strays", seen.strays());
        map.put("stuckAt", seen.stuckAt().orElse(null));
        map.put("differences",
                row.differences().stream().map(ReportJson::difference).toList());
        return map;
    }

    private static Map<String, Object> ended(EndedOperation ended) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("operation", ended.operation());
        map.put("status", ended.status().toString());
        map.put("bytes", ended.bytes());
        map.put("asked", ended.asked());
        return map;
    }

    private static Map<String, Object> difference(Difference difference) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("column", difference.column().title);
        map.put("expected", difference.expected());
        map.put("observed", difference.observed());
        map.put("breaksContract", difference.breaksContract());
        return map;
    }
}
