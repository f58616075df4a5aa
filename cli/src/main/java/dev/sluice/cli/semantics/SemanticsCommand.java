package dev.sluice.cli.semantics;

import dev.sluice.Backend;
import dev.sluice.Capabilities;
import dev.sluice.bench.results.OutputFile;
import dev.sluice.cli.BackendName;
import dev.sluice.cli.CommandFailure;
import dev.sluice.cli.doctor.Host;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code semantics}. */
@Command(name = "semantics", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Ends connections in every way, for real, and shows what the peer saw.",
        footer = {"", "Exit code 0 if every ending that is promised was seen: a graceful close as",
            "the end of the stream, an abort as a reset. Takes a few seconds."})
public final class SemanticsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--backend", paramLabel = "<name>", converter = BackendName.class,
            description = "epoll, io_uring or iocp alone; else all that work here.")
    private @Nullable Backend only;

    @Option(names = "--markdown", paramLabel = "<file>",
            description = "Also write the page docs/semantics.md.")
    private @Nullable Path markdown;

    @Option(names = "--json", paramLabel = "<file>", description = "Also write the figures.")
    private @Nullable Path json;

    @Option(names = "--merge", paramLabel = "<file>",
            description = "Also show the backends of an earlier --json, as of one under Wine.")
    private @Nullable Path merge;

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkFiles();
        Recorded other = merge == null ? null : Recorded.read(merge);
        Report own = perform();
        Report report = other == null ? own : own.with(other);
        PrintWriter out = spec.commandLine().getOut();
        new ReportText(report).lines().forEach(out::println);
        if (markdown != null) {
            new OutputFile(markdown).write(new ReportMarkdown(report).text());
            out.println("Written: " + markdown);
        }
        if (json != null) {
            new OutputFile(json).write(ReportJson.of(report) + "\n");
            out.println("Written: " + json);
        }
        out.flush();
        return report.breaksContract() ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private void checkFiles() {
        if (markdown != null) {
            new OutputFile(markdown).check();
        }
        if (json != null) {
            new OutputFile(json).check();
        }
    }

    private Report perform() throws IOException, InterruptedException {
        Instant begin = Instant.now();
        Host host = Host.here();
        SequencedMap<Backend, List<Row>> rows = new LinkedHashMap<>();
        Map<Backend, String> unavailable = new LinkedHashMap<>();
        for (Capabilities.Support support : wanted()) {
            if (support.available()) {
                Stage stage = new Stage(support.backend(), host.isLinux());
                rows.put(support.backend(), stage.perform(Catalogue.all()));
            } else {
                unavailable.put(support.backend(), support.cause());
            }
        }
        if (rows.isEmpty()) {
            throw new CommandFailure(unavailable.entrySet().stream()
                    .map(entry -> entry.getKey() + " " + entry.getValue())
                    .collect(Collectors.joining("; ")));
        }
        return new Report(host, begin, rows, unavailable);
    }

    private List<Capabilities.Support> wanted() {
        return Capabilities.report().stream()
                .filter(support -> only == null || support.backend() == only).toList();
    }
}
