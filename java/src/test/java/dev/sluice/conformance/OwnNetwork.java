package dev.sluice.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Programs of the tests in a network of their own, which has loopback alone and ends with them: settings
 * of the kernel, routes and name servers there are nobody else's.
 */
public final class OwnNetwork {
    private OwnNetwork() {}

    /**
     * Runs a program there to its end.
     *
     * @param setup shell commands that come before, such as {@code sysctl -qw name=value}
     * @param program a class with its arguments, as of {@link JavaCommand}
     */
    public static JavaCommand.Outcome run(String setup, List<String> program)
            throws IOException, InterruptedException {
        Needs.root("a network namespace for a program");
        Needs.command("unshare", "it makes the namespace");
        Needs.command("ip", "it starts loopback there");
        Needs.nativeX86("the program runs on the kernel itself");
        assumeTrue(start(List.of("true")).waitFor() == 0,
                "needs network namespaces: unshare failed");
        List<String> command = new ArrayList<>(List.of(
                "bash", "-ec", "ip link set lo up\n" + setup + "\nexec \"$0\" \"$@\""));
        command.addAll(JavaCommand.of(program));
        Process process = start(command);
        try {
            List<String> lines = process.inputReader().lines().toList();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                throw new AssertionError(program + " does not end");
            }
            return new JavaCommand.Outcome(process.exitValue(), lines);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static Process start(List<String> program) throws IOException {
        // A mount namespace too, so that a program may have an /etc/resolv.conf of its own.
        List<String> command = new ArrayList<>(List.of("unshare", "--net", "--mount"));
        command.addAll(program);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
