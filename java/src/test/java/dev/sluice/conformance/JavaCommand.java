package dev.sluice.conformance;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines that start a class of the tests in a process of its own. */
public final class JavaCommand {
    private JavaCommand() {}

    /**
     * The Java runtime of this process with its options, its settings of the io_uring backend and
     * its class path.
     *
     * @param program further options of the virtual machine, the class, and its arguments
     */
    public static List<String> of(List<String> program) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(JavaCommand::isInherited)
                .forEach(command::add);
        command.addAll(Variant.optionsOfThisProcess());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(program);
        return command;
    }

    /** What a program printed, and how it ended. */
    public record Outcome(int code, List<String> lines) {}

    /** Runs a program, as in {@link #of}, to its end. */
    public static Outcome run(List<String> program) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(of(program)).redirectErrorStream(true).start();
        try {
            List<String> lines = process.inputReader().lines().toList();
            return new Outcome(process.waitFor(), lines);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Not what a build or a debugger looks in with. */
    private static boolean isInherited(String option) {
        return option.startsWith("-D") || option.startsWith("-X")
                || option.contains("native-access");
    }
}
