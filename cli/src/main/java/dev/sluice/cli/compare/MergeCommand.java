package dev.sluice.cli.compare;

import dev.sluice.bench.compare.BaselinePrograms;
import dev.sluice.bench.compare.ServerCatalog;
import dev.sluice.bench.report.MergedTable;
import dev.sluice.bench.report.ReportPage;
import dev.sluice.bench.report.Run;
import dev.sluice.bench.results.ResultFile;
import dev.sluice.bench.results.Results;
import dev.sluice.cli.CommandFailure;
import dev.sluice.cli.OutputOption;
import dev.sluice.cli.TerminalWidth;
import dev.sluice.cli.prove.Proofs;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice merge}. */
@Command(name = "merge", mixinStandardHelpOptions = true,
        description = "Shows results of compare, jmh or prove from several machines or commits side by"
                + " side; results of compare and jmh also as an HTML page.")
public final class MergeCommand implements Callable<Integer> {
    private static final String SUFFIX = ".json";

    @Parameters(arity = "1..*", paramLabel = "FILE",
            description = "What compare --json, jmh --json or prove wrote; the name of the file is the name"
                    + " of the run.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--html", paramLabel = "FILE",
            description = "Also writes a page with plots to this file.")
    private @Nullable Path html;

    @Option(names = "--width", paramLabel = "COLUMNS",
            description = "The width of the tables; without it that of the terminal, or 110.")
    private @Nullable Integer width;

    @Spec
    private CommandSpec spec;

    /** For picocli, which injects the specification. */
    @SuppressWarnings("NullAway.Init")
    public MergeCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (width != null && width < 1) {
            throw new ParameterException(spec.commandLine(), "--width must be 1 or more");
        }
        if (html != null) {
            OutputOption.check(spec, "--html", html);
            ReportPage.requireFonts();
        }
        PrintWriter out = spec.commandLine().getOut();
        int columns = width == null ? TerminalWidth.columns() : width;
        if (Proofs.areAmong(files)) {
            return mergeProofs(out, columns);
        }
        List<Run> runs = new ArrayList<>();
        for (Path file : files) {
            runs.add(new Run(label(file), read(file)));
        }
        new MergedTable(runs, columns).lines().forEach(out::println);
        if (html != null) {
            ReportPage.write(runs, new ServerCatalog(BaselinePrograms.ofEnvironment()).notes(),
                    html);
            out.println();
            out.println("Report of " + runs.size() + (runs.size() == 1 ? " run" : " runs")
                    + " written to " + html);
        }
        out.flush();
        return 0;
    }

    private int mergeProofs(PrintWriter out, int columns) {
        if (html != null) {
            throw new ParameterException(spec.commandLine(),
                    "--html: what prove wrote is shown on the terminal alone");
        }
        SequencedMap<String, Path> byLabel = new LinkedHashMap<>();
        files.forEach(file -> byLabel.put(label(file), file));
        Proofs.sideBySide(byLabel, columns).forEach(out::println);
        out.flush();
        return 0;
    }

    private static Results read(Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new CommandFailure("cannot read " + file + ": " + (Files.isDirectory(file)
                    ? "it is a directory"
                    : Files.exists(file) ? "no permission" : "there is no such file"));
        }
        try {
            return ResultFile.read(file);
        } catch (IOException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /** The file's name, or its whole path if another file has the same name. */
    private String label(Path file) {
        boolean alone = files.stream()
                .filter(other -> name(other).equals(name(file))).count() == 1;
        String label = alone ? name(file) : file.toString();
        return label.endsWith(SUFFIX)
                ? label.substring(0, label.length() - SUFFIX.length())
                : label;
    }

    private static String name(Path file) {
        Path name = file.getFileName();
        return name == null ? file.toString() : name.toString();
    }
}
