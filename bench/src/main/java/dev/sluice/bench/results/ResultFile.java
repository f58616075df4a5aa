package dev.sluice.bench.results;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.jr.ob.JSON;
import dev.sluice.bench.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Results as a JSON file. The field {@code schemaVersion} grows with every change that breaks a
 * reader; {@code summaries} repeats what can be computed from {@code slices}.
 */
public final class ResultFile {
    /** The version that {@link #write} writes, and the only one that {@link #read} accepts. */
    public static final int SCHEMA_VERSION = 2;

    private static final JSON FORMAT = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT)
            .with(JSON.Feature.FAIL_ON_UNKNOWN_TYPE_WRITE);

    private static final String WANTED = "; give what compare --json or jmh --json wrote";

    private ResultFile() {}

    /** Writes the whole file or nothing. */
    public static void write(Results results, Path file) throws IOException {
        new OutputFile(file).write(FORMAT.asString(toMap(results)) + "\n");
    }

    /** Reads what {@link #write} wrote. */
    public static Results read(Path file) throws IOException {
        try {
            return read(file, new JsonFields(FORMAT.mapFrom(Files.readString(file))));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds no results: " + e.getMessage() + WANTED, e);
        } catch (JacksonException e) {
            throw new IOException(file + " is no JSON object" + WANTED, e);
        }
    }

    private static Results read(Path file, JsonFields fields) throws IOException {
        int version = fields.integer("schemaVersion");
        if (version != SCHEMA_VERSION) {
            throw new IOException(file + " has schema version " + version + ", not "
                    + SCHEMA_VERSION + ": measure again, or use the version that wrote it");
        }
        return new Results(environment(fields.object("environment")),
                settings(fields.object("settings")),
                fields.object("unavailable").strings(),
                fields.objects("loads").stream().map(ResultFile::load).toList(),
                fields.objects("sections").stream().map(SectionJson::read).toList(),
                fields.stringList("notes"));
    }

    private static Map<String, Object> toMap(Results results) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("schemaVersion", SCHEMA_VERSION);
        map.put("environment", toMap(results.environment()));
        map.put("settings", toMap(results.settings()));
        map.put("unavailable", results.unavailable());
        map.put("notes", results.notes());
        map.put("loads", results.loads().stream().map(ResultFile::toMap).toList());
        map.put("sections", results.sections().stream().map(SectionJson::toMap).toList());
        return map;
    }

    private static Map<String, Object> toMap(Environment environment) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("date", environment.date());
        map.put("processor", environment.processor());
        map.put("processors", environment.processors());
        map.put("governor", environment.governor());
        map.put("kernel", environment.kernel());
        map.put("java", environment.java());
        map.put("netty", environment.netty());
        map.put("commit", environment.commit());
        return map;
    }

    private static Environment environment(JsonFields fields) {
        return new Environment(fields.string("date"), fields.string("processor"),
                fields.integer("processors"), fields.string("governor"), fields.string("kernel"),
                fields.string("java"), fields.string("netty"), fields.string("commit"));
    }

    private static Map<String, Object> toMap(Settings settings) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("cycles", settings.cycles());
        map.put("sliceMillis", settings.sliceMillis());
        map.put("warmUpMillis", settings.warmUpMillis());
        map.put("pinning", settings.pinning());
        map.put("seed", settings.seed());
        map.put("jvmFlags", settings.jvmFlags());
        return map;
    }

    private static Settings settings(JsonFields fields) {
        return new Settings(fields.integer("cycles"), fields.integer("sliceMillis"),
                fields.integer("warmUpMillis"),
                fields.string("pinning"), fields.number("seed"), fields.string("jvmFlags"));
    }

    private static Map<String, Object> toMap(LoadResult result) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("load", result.load().name());
        map.put("placement", result.placement());
        map.put("baseline", result.baseline());
        map.put("countsDisturbed", result.countsDisturbed());
        map.put("summaries", result.summaries().stream().map(ResultFile::toMap).toList());
        Map<String, Object> latencies = new LinkedHashMap<>();
        result.latencies().forEach((server, latency) -> latencies.put(server, toMap(latency)));
        map.put("latencies", latencies);
        map.put("bytesPerMessage", result.bytesPerMessage());
        map.put("slices", result.slices().stream().map(ResultFile::toMap).toList());
        return map;
    }

    private static LoadResult load(JsonFields fields) {
        SequencedMap<String, Latency> latencies = new LinkedHashMap<>();
        JsonFields byServer = fields.object("latencies");
        for (String server : byServer.names()) {
            latencies.put(server, latency(byServer.object(server)));
        }
        Map<String, Double> bytes = new LinkedHashMap<>();
        JsonFields bytesByServer = fields.object("bytesPerMessage");
        for (String server : bytesByServer.names()) {
            bytes.put(server, bytesByServer.decimal(server));
        }
        return new LoadResult(Load.parse(fields.string("load")), fields.string("placement"),
                fields.string("baseline"),
                fields.objects("slices").stream().map(ResultFile::slice).toList(), latencies,
                bytes);
    }

    private static Map<String, Object> toMap(Latency latency) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("p50Nanos", latency.p50Nanos());
        map.put("p99Nanos", latency.p99Nanos());
        map.put("p999Nanos", latency.p999Nanos());
        map.put("maxNanos", latency.maxNanos());
        map.put("curveNanos", latency.curveNanos());
        return map;
    }

    private static Latency latency(JsonFields fields) {
        return new Latency(fields.number("p50Nanos"), fields.number("p99Nanos"),
                fields.number("p999Nanos"), fields.number("maxNanos"),
                fields.decimals("curveNanos").stream().map(Double::longValue).toList());
    }

    private static Map<String, Object> toMap(Slice slice) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("server", slice.server());
        map.put("cycle", slice.cycle());
        map.put("messages", slice.messages());
        map.put("elapsedNanos", slice.elapsedNanos());
        map.put("cpuNanos", slice.cpuNanos());
        map.put("generatorNanos", slice.generatorNanos());
        map.put("othersNanos", slice.othersNanos());
        map.put("disturbed", slice.disturbed());
        return map;
    }

    private static Slice slice(JsonFields fields) {
        return new Slice(fields.string("server"), fields.integer("cycle"),
                fields.number("messages"), fields.number("elapsedNanos"),
                fields.number("cpuNanos"), fields.number("generatorNanos"),
                fields.number("othersNanos"),
                fields.bool("disturbed"));
    }

    private static Map<String, Object> toMap(ServerSummary summary) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("server", summary.server());
        map.put("messagesPerSecond", summary.messagesPerSecond());
        map.put("throughputRatio", toMap(summary.throughputRatio()));
        map.put("latency", toMap(summary.latency()));
        map.put("cpuNanosPerMessage", summary.cpuNanosPerMessage());
        map.put("cpuRatio", toMap(summary.cpuRatio()));
        summary.bytesPerMessage().ifPresent(bytes -> map.put("bytesPerMessage", bytes));
        return map;
    }

    private static Map<String, Object> toMap(Interval interval) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("median", interval.median());
        map.put("low", interval.low());
        map.put("high", interval.high());
        map.put("values", interval.values());
        map.put("is95", interval.isConfidence());
        return map;
    }
}
