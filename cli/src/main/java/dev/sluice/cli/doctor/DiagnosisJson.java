package dev.sluice.cli.doctor;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.sluice.Capabilities;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A diagnosis as JSON. The field {@code schemaVersion} grows with each incompatible change. */
final class DiagnosisJson {
    static final int SCHEMA_VERSION = 1;

    private static final JSON FORMAT = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT)
            .with(JSON.Feature.WRITE_NULL_PROPERTIES)
            .with(JSON.Feature.FAIL_ON_UNKNOWN_TYPE_WRITE);

    private DiagnosisJson() {}

    static String of(Diagnosis diagnosis) throws IOException {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("schemaVersion", SCHEMA_VERSION);
        map.put("system", system(diagnosis.host()));
        map.put("java", java(diagnosis.host()));
        map.put("backends",
                diagnosis.backends().stream().map(DiagnosisJson::backend).toList());
        map.put("default", choice(diagnosis));
        map.put("limits", diagnosis.limits().stream().map(DiagnosisJson::limit).toList());
        map.put("tools", diagnosis.tools().stream().map(DiagnosisJson::tool).toList());
        return FORMAT.asString(map);
    }

    private static Map<String, Object> system(Host host) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kernel", host.kernel());
        map.put("distribution", host.distribution());
        map.put("architecture", host.architecture());
        map.put("processor", host.processor());
        map.put("processors", host.processors());
        map.put("memoryBytes", host.memoryBytes());
        map.put("freeMemoryBytes", host.freeMemoryBytes());
        return map;
    }

    private static Map<String, Object> java(Host host) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("version", host.java());
        map.put("vendor", host.javaVendor());
        map.put("home", host.javaHome());
        return map;
    }

    private static Map<String, Object> backend(Capabilities.Support support) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", support.backend().toString());
        map.put("available", support.available());
        map.put("cause", support.cause());
        map.put("features", support.features().stream().map(DiagnosisJson::feature).toList());
        return map;
    }

    private static Map<String, Object> feature(Capabilities.Feature feature) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", feature.name());
        map.put("available", feature.available());
        map.put("detail", feature.detail());
        return map;
    }

    private static Map<String, @Nullable Object> choice(Diagnosis diagnosis) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("backend", diagnosis.hasBackend() ? diagnosis.choice().backend() : null);
        map.put("reason", diagnosis.choice().reason());
        return map;
    }

    private static Map<String, Object> limit(Limit limit) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", limit.name());
        map.put("value", limit.value());
        map.put("meaning", limit.meaning());
        return map;
    }

    private static Map<String, @Nullable Object> tool(Tool tool) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("name", tool.name());
        map.put("path", tool.path().map(Path::toString).orElse(null));
        map.put("purpose", tool.purpose());
        return map;
    }
}
