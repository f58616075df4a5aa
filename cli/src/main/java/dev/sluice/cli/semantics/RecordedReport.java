package dev.sluice.cli.semantics;

import com.fasterxml.jackson.jr.ob.JSON;
import com.fasterxml.jackson.jr.ob.JSONObjectException;
import dev.sluice.Backend;
import dev.sluice.Status;
import dev.sluice.bench.results.JsonFields;
import dev.sluice.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * A report that {@link ReportJson} wrote on another machine.
 *
 * @param machine in words
 * @param rows by backend
 */
record RecordedReport(String machine, SequencedMap<Backend, List<Row>> rows) {
    static RecordedReport read(Path file) throws IOException {
        try {
            return of(Files.readString(file));
        } catch (NoSuchFileException missing) {
            throw new CommandFailure("cannot read " + file + ": there is no such file");
        } catch (IllegalArgumentException | JSONObjectException e) {
            throw new CommandFailure("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    static RecordedReport of(String text) throws IOException {
        JsonFields fields = new JsonFields(JSON.std.mapFrom(text));
        int version = fields.integer("schemaVersion");
        if (version != ReportJson.SCHEMA_VERSION) {
            throw new IllegalArgumentException("schema version " + version + ", not "
                    + ReportJson.SCHEMA_VERSION);
        }
        String kernel = fields.string("kernel");
        boolean isLinux = kernel.startsWith("Linux");
        SequencedMap<Backend, List<Row>> rows = new LinkedHashMap<>();
        for (JsonFields backend : fields.objects("backends")) {
            List<Row> itsRows = new ArrayList<>();
            for (JsonFields ending : backend.objects("endings")) {
                itsRows.add(Row.of(scenario(ending), observation(ending), isLinux));
            }
            rows.put(Backend.named(backend.string("backend")), itsRows);
        }
        return new RecordedReport(kernel + ", Java " + fields.string("java")
                + (fields.bool("behaviourOnly") ? ": behaviour only" : ""), rows);
    }

    private static Scenario scenario(JsonFields fields) {
        String ending = fields.string("ending");
        String situation = fields.string("situation");
        return Catalogue.all().stream()
                .filter(one -> one.ending().title.equals(ending)
                        && one.situation().title.equals(situation))
                .findFirst().orElseThrow(() -> new IllegalArgumentException(
                        "no ending is '" + ending + "' when '" + situation + "'"));
    }

    private static Observation observation(JsonFields fields) {
        Optional<String> closeStatus = fields.optionalString("closeStatus");
        return new Observation(fields.number("bytesTaken"), fields.number("bytesArrived"),
                named(PeerEnd.values(), end -> end.text, fields.string("peerSaw")),
                closeStatus.map(Status::valueOf),
                closeStatus.isPresent() ? fields.number("closeNanos") : 0,
                fields.number("bytesDiscarded"),
                fields.objects("operations").stream().map(RecordedReport::ended).toList(),
                named(TimeWait.values(), left -> left.text, fields.string("timeWait")),
                fields.integer("strays"), fields.optionalString("stuckAt"));
    }

    private static EndedOperation ended(JsonFields fields) {
        return new EndedOperation(fields.string("operation"),
                Status.valueOf(fields.string("status")),
                fields.number("bytes"), fields.number("asked"));
    }

    private static <T> T named(T[] values, Function<T, String> text, String wanted) {
        return Arrays.stream(values).filter(value -> text.apply(value).equals(wanted)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown: " + wanted));
    }
}
