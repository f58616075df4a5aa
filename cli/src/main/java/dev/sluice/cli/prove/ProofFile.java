package dev.sluice.cli.prove;

import com.fasterxml.jackson.jr.ob.JSON;
import com.fasterxml.jackson.jr.ob.JSONObjectException;
import dev.sluice.bench.results.JsonFields;
import dev.sluice.bench.results.OutputFile;
import dev.sluice.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** A proof as JSON. The field {@code schemaVersion} increases with each incompatible change. */
final class ProofFile {
    static final int SCHEMA_VERSION = 1;

    private static final String KIND = "proof";
    private static final JSON FORMAT = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT)
            .with(JSON.Feature.FAIL_ON_UNKNOWN_TYPE_WRITE);

    private ProofFile() {}

    static void write(Proof proof, Path file) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", KIND);
        map.put("schemaVersion", SCHEMA_VERSION);
        map.put("time", proof.time());
        map.put("kernel", proof.kernel());
        map.put("java", proof.java());
        map.put("behaviourOnly", proof.isWine());
        map.put("answers", proof.answers());
        map.put("features", proof.features());
        new OutputFile(file).write(FORMAT.asString(map) + "\n");
    }

    /** True if a file begins as a proof does; false if it cannot be read. */
    static boolean isOne(Path file) {
        try {
            return JSON.std.mapFrom(Files.readString(file)).get("kind") instanceof String kind
                    && kind.equals(KIND);
        } catch (IOException unreadable) {
            return false; // the reader of other files reports it
        }
    }

    static Proof read(Path file) {
        try {
            return of(new JsonFields(JSON.std.mapFrom(Files.readString(file))));
        } catch (JSONObjectException | IllegalArgumentException e) {
            throw new CommandFailure("cannot read " + file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailure("cannot read " + file + ": " + e, e);
        }
    }

    private static Proof of(JsonFields fields) {
        int version = fields.integer("schemaVersion");
        if (version != SCHEMA_VERSION) {
            throw new IllegalArgumentException("schema version " + version + ", not "
                    + SCHEMA_VERSION);
        }
        return new Proof(fields.string("kernel"), fields.string("java"),
                fields.bool("behaviourOnly"), fields.string("time"),
                byBackend(fields.object("answers")), byBackend(fields.object("features")));
    }

    private static SequencedMap<String, SequencedMap<String, String>> byBackend(
            JsonFields fields) {
        SequencedMap<String, SequencedMap<String, String>> all = new LinkedHashMap<>();
        fields.names().forEach(name -> all.put(name, fields.object(name).strings()));
        return all;
    }
}
