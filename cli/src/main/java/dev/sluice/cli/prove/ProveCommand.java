package dev.sluice.cli.prove;

import dev.sluice.Backend;
import dev.sluice.Capabilities;
import dev.sluice.cli.BackendName;
import dev.sluice.cli.CommandFailure;
import dev.sluice.cli.OutputOption;
import dev.sluice.cli.TerminalWidth;
import dev.sluice.cli.doctor.Host;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code prove}. */
@Command(name = "prove", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Observes kernel behaviour that neither documentation nor Wine settles, and"
                + " writes it to a JSON file.",
        footer = {"",
            "Takes less than a minute, uses the loopback alone, and changes nothing on the machine.",
            "sluice merge shows several such files side by side."})
public final class ProveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--backend", paramLabel = "NAME", converter = BackendName.class,
            description = "Only this backend: epoll, io_uring or iocp (default: all that work here).")
    private @Nullable Backend only;

    @Option(names = "--json", paramLabel = "FILE",
            description = "The file to write (default: ${DEFAULT-VALUE}).")
    private Path json = Path.of("sluice-proof.json");

    /** For picocli, which injects the specification. */
    @SuppressWarnings("NullAway.Init")
    public ProveCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        OutputOption.check(spec, "--json", json);
        Host host = Host.here();
        SequencedMap<String, SequencedMap<String, String>> answers = new LinkedHashMap<>();
        SequencedMap<String, SequencedMap<String, String>> features = new LinkedHashMap<>();
        List<Capabilities.Support> wanted = Capabilities.report().stream()
                .filter(support -> only == null || support.backend() == only).toList();
        Instant begin = Instant.now();
        for (Capabilities.Support support : wanted) {
            if (support.available()) {
                String name = support.backend().toString();
                answers.put(name, Proof.ask(support.backend(), Proof.questions()));
                features.put(name, Proof.features(support));
            }
        }
        if (answers.isEmpty()) {
            throw new CommandFailure(wanted.stream()
                    .map(support -> support.backend() + " " + support.cause())
                    .collect(Collectors.joining("; ")));
        }
        Proof proof = new Proof(host.kernel(), host.java(), host.isWine(),
                begin.truncatedTo(ChronoUnit.SECONDS).toString(), answers, features);
        ProofFile.write(proof, json);
        PrintWriter out = spec.commandLine().getOut();
        SequencedMap<String, Proof> proofs = new LinkedHashMap<>();
        proofs.put("this machine", proof);
        new ProofText(proofs, TerminalWidth.columns()).lines().forEach(out::println);
        out.println();
        out.println("Written: " + json);
        out.flush();
        return ExitCode.OK;
    }
}
