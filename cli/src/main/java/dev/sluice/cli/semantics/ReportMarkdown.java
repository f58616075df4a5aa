package dev.sluice.cli.semantics;

import dev.sluice.Backend;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * A report as the page docs/semantics.md: the prose of a template, the tables of this report. It
 * shows no figure that varies from run to run, so that a comparison shows real changes alone.
 */
final class ReportMarkdown {
    static final String TEMPLATE = "semantics.md";

    private final Report report;

    ReportMarkdown(Report report) {
        this.report = report;
    }

    String text() {
        return template()
                .replace("{{kernel}}", report.host().kernel())
                .replace("{{architecture}}", report.host().architecture())
                .replace("{{java}}", report.host().java())
                .replace("{{date}}",
                        LocalDate.ofInstant(report.time(), ZoneOffset.UTC).toString())
                .replace("{{backends}}", backends())
                .replace("{{overview}}", each(this::overview))
                .replace("{{side by side}}", new SideBySide(report).table().markdown())
                .replace("{{details}}", each(this::details));
    }

    static String template() {
        try (InputStream in = ReportMarkdown.class.getResourceAsStream(TEMPLATE)) {
            if (in == null) {
                throw new IllegalStateException(TEMPLATE + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String backends() {
        String shown = report.rows().keySet().stream().map(report::title)
                .collect(Collectors.joining(", "));
        String others = report.unavailable().entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining("; "));
        return others.isEmpty() ? shown : shown + " (" + others + ")";
    }

    private String each(BiFunction<Backend, List<Row>, String> part) {
        return report.rows().entrySet().stream()
                .map(entry -> part.apply(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining("\n\n"));
    }

    private String overview(Backend backend, List<Row> rows) {
        String where = report.elsewhere().containsKey(backend)
                ? ", on " + report.elsewhere().get(backend)
                : "";
        return "With **" + backend + "**" + where + ":\n\n"
                + new Tables(rows, Wording.ROUNDED).overview().markdown();
    }

    private String details(Backend backend, List<Row> rows) {
        Tables tables = new Tables(rows, Wording.ROUNDED);
        StringBuilder text = new StringBuilder();
        for (Ending ending : Ending.values()) {
            text.append("### ").append(backend).append(": ").append(ending.title).append("\n\n")
                    .append(ending.how).append(".\n\n")
                    .append(tables.details(ending).markdown()).append("\n\n");
        }
        List<String> differences = tables.differences().toList();
        if (!differences.isEmpty()) {
            text.append("Not as expected (!):\n\n");
            differences.forEach(line -> text.append("- ").append(line).append('\n'));
        }
        return text.toString().strip();
    }
}
