package dev.sluice.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The machine and the virtual machine that a command runs on.
 *
 * @param kernel the operating system and its version
 * @param distribution its name, empty where the system has none
 * @param architecture of the processor, as the JDK names it
 * @param processor the model, empty if it is unknown
 * @param processors how many of them this process may use
 * @param memoryBytes of the machine, or of the container
 * @param freeMemoryBytes of it, as the system counts
 * @param java the version of the virtual machine
 * @param javaVendor who built it
 * @param javaHome where it is
 */
public record Host(
        String kernel,
        String distribution,
        String architecture,
        String processor,
        int processors,
        long memoryBytes,
        long freeMemoryBytes,
        String java,
        String javaVendor,
        String javaHome) {
    private static final long BYTES_PER_KIB = 1024;
    private static final String UNDER_WINE = " under Wine";

    /** This one, now. */
    public static Host here() {
        return here(SystemFiles.ofThisMachine());
    }

    static Host here(SystemFiles files) {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long free = kibibytes(files.value("proc/meminfo", "MemAvailable", ':'))
                .orElseGet(system::getFreeMemorySize);
        return new Host(
                system(),
                files.value("etc/os-release", "PRETTY_NAME", '=').orElse("").replace("\"", ""),
                System.getProperty("os.arch"),
                processor(files),
                Runtime.getRuntime().availableProcessors(),
                system.getTotalMemorySize(),
                Math.min(free, system.getTotalMemorySize()),
                Runtime.version().toString(),
                System.getProperty("java.vendor.version", System.getProperty("java.vendor")),
                System.getProperty("java.home"));
    }

    /** True on Linux. */
    public boolean isLinux() {
        return kernel.toLowerCase(Locale.ROOT).startsWith("linux");
    }

    /** True under Wine, which shows what programs do on Windows, but not how fast. */
    public boolean isWine() {
        return kernel.endsWith(UNDER_WINE);
    }

    private static String system() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.version");
        boolean isWine = system.startsWith("Windows") && Files.exists(Path.of("Z:/proc/self"));
        return isWine ? system + UNDER_WINE : system;
    }

    private static String processor(SystemFiles files) {
        String model = files.value("proc/cpuinfo", "model name", ':').orElse("");
        boolean virtual = files.value("proc/cpuinfo", "flags", ':')
                .filter(flags -> (" " + flags + " ").contains(" hypervisor ")).isPresent();
        return virtual ? model + " (virtual machine)" : model;
    }

    private static Optional<Long> kibibytes(Optional<String> text) {
        return text.filter(value -> value.matches("\\d+ kB"))
                .map(value -> Long.parseLong(value.substring(0, value.indexOf(' ')))
                        * BYTES_PER_KIB);
    }
}
