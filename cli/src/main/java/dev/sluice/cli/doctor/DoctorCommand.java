package dev.sluice.cli.doctor;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code doctor}. */
@Command(name = "doctor", mixinStandardHelpOptions = true,
        description = "Reports what this machine offers, and why something is refused.",
        footer = {"", "Exit code 0 if a backend works here, 1 if none does."})
public final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Prints JSON instead of text.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Diagnosis diagnosis = Diagnosis.make(SystemFiles.ofThisMachine());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(DiagnosisJson.of(diagnosis));
        } else {
            new DiagnosisText(diagnosis).lines().forEach(out::println);
        }
        out.flush();
        return diagnosis.hasBackend() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
