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
        description = "Ends real connections in every way and shows what the peer saw.",
        footer = {"",
            "Takes a few seconds. Exit code 0 if the peer saw every ending that is promised:",
            "a graceful close as the end of the stream, an abort as a reset."})
public final class SemanticsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--backend", paramLabel = "NAME", converter = BackendName.class,
            description = "Only this backend: epoll, io_uring or iocp (default: all that work here).")
    private @Nullable Backend only;

    @Option(names = "--markdown", paramLabel = "FILE",
            description = "Also writes the page docs/semantics.md to this file.")
    private @Nullable Path markdown;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Also writes the figures to this file.")
    private @Nullable Path json;

    @Option(names = "--merge", paramLabel = "FILE",
            description = "Also shows the backends of an earlier --json, such as one of a run under Wine.")
    private @Nullable Path merge;

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkFiles();
        RecordedReport other = merge == null ? null : RecordedReport.read(merge);
        Report own = run();
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

    private Report run() throws IOException, InterruptedException {
        Instant begin = Instant.now();
        Host host = Host.here();
        SequencedMap<Backend, List<Row>> rows = new LinkedHashMap<>();
        Map<Backend, String> unavailable = new LinkedHashMap<>();
        for (Capabilities.Support support : wanted()) {
            if (support.available()) {
                ScenarioRunner runner = new ScenarioRunner(support.backend(), host.isLinux());
                rows.put(support.backend(), runner.run(Catalogue.all()));
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
