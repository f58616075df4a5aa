package dev.sluice.bench.compare;

import dev.sluice.bench.report.ReportPage;
import dev.sluice.bench.report.ResultTable;
import dev.sluice.bench.report.Run;
import dev.sluice.bench.results.ResultFile;
import dev.sluice.bench.results.Results;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the results of a comparison to the terminal and to files. If a later load fails, or a user
 * ends the process, the results measured by then are shown and written.
 */
public final class Publication implements AutoCloseable {
    private final Map<String, String> notes;
    private final PrintWriter out;
    private final @Nullable Path json;
    private final @Nullable Path html;
    private final @Nullable Path plots;
    private final Thread atExit = new Thread(this::publishEarly, "publish-results");
    private @Nullable Results kept;
    private boolean published;
    private boolean ending;

    /**
     * Sets where to publish.
     *
     * @param notes a few words on each server, by its name
     */
    public Publication(Map<String, String> notes, PrintWriter out, @Nullable Path json,
            @Nullable Path html, @Nullable Path plots) {
        this.notes = notes;
        this.out = out;
        this.json = json;
        this.html = html;
        this.plots = plots;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Stores the results so far. */
    public synchronized void keep(Results results) {
        kept = results;
    }

    /** True if this process is being ended, which explains any failure from now on. */
    public synchronized boolean isEnding() {
        return ending;
    }

    private synchronized void publishEarly() {
        ending = true;
        try {
            publishWhatThereIs();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Publishes the results so far, after a failure or at an early end. */
    public synchronized void publishWhatThereIs() throws IOException {
        Results results = kept;
        if (published || results == null || results.isEmpty()) {
            return;
        }
        out.println("Ended early. What was measured until then:");
        publish(results);
    }

    /** Shows and writes everything, once. */
    public synchronized void publish(Results results) throws IOException {
        published = true;
        new ResultTable(results).lines().forEach(out::println);
        out.flush();
        if (json != null) {
            ResultFile.write(results, json);
            out.println("Results written to " + json);
        }
        if (html != null) {
            ReportPage.write(List.of(new Run("", results)), notes, html);
            out.println("Report written to " + html);
        }
        if (plots != null) {
            int files = ReportPage.writePlots(results, plots).size();
            out.println(files + " plots written to " + plots);
        }
        out.flush();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return; // this process is already ending, and publishes or has published
        }
    }
}
