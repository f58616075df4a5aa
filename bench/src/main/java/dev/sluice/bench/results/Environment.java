package dev.sluice.bench.results;

import dev.sluice.bench.peers.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The machine and the programs that were measured.
 *
 * @param date when the comparison began, UTC
 * @param processor the model, and whether it is a virtual one
 * @param processors how many of them this process may use
 * @param governor the frequency governor, or a note that none is visible
 * @param kernel the operating system and its version
 * @param java the virtual machine
 * @param netty its version
 * @param commit the commit of the project, with a plus if files differ from it; unknown outside of
 *     git
 */
public record Environment(String date, String processor, int processors, String governor,
        String kernel, String java, String netty, String commit) {
    /** Describes this machine. */
    public static Environment here() {
        return new Environment(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                processorModel(),
                Runtime.getRuntime().availableProcessors(),
                firstLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
                        .orElse("none visible"),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vendor.version", System.getProperty("java.vendor")) + " ("
                        + Runtime.version() + ")",
                Peers.nettyVersion(),
                Commit.here());
    }

    private static String processorModel() {
        List<String> lines = lines("/proc/cpuinfo");
        String model = cpuinfo(lines, "model name").orElse(System.getProperty("os.arch"));
        boolean virtual = cpuinfo(lines, "flags")
                .filter(flags -> (" " + flags + " ").contains(" hypervisor ")).isPresent();
        return virtual ? model + " (virtual machine)" : model;
    }

    private static Optional<String> cpuinfo(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    private static Optional<String> firstLine(String file) {
        return lines(file).stream().findFirst();
    }

    /** Reads a file that some kernels and containers lack; without the file the result is empty. */
    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            return List.of();
        }
    }
}
