package dev.sluice.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** What a test needs of the machine. It is skipped without, and the reason is printed. */
public final class Needs {
    private Needs() {}

    public static boolean isLinux() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");
    }

    public static void linux(String why) {
        assumeTrue(isLinux(), () -> "needs Linux: " + why);
    }

    /** Real or effective root; namespaces and packet capture want it. */
    static void root(String why) {
        linux(why);
        assumeTrue("root".equals(System.getProperty("user.name")), () -> "needs root: " + why);
    }

    static void command(String name, String why) {
        boolean found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        assumeTrue(found, () -> "needs the command " + name + ": " + why);
    }

    /** Wine 8 shows an EOF for a reset that came while no receive was waiting; Windows does not. */
    public static void resetsThatAreKept() {
        assumeTrue(!isWineBefore(10),
                "needs a kernel that keeps a reset for a later receive, unlike Wine 8");
    }

    /** As above, for a peer: one outside of Wine sees every reset. */
    static void resetsThatPeersSee() {
        if (!RemoteSocket.isWanted()) {
            resetsThatAreKept();
        }
    }

    /** Windows programs on Linux: they see its files on the drive Z. */
    public static boolean isWine() {
        return !isLinux() && Files.exists(Path.of("Z:/proc/self"));
    }

    /** True under a version of Wine below that one. */
    static boolean isWineBefore(int version) {
        return isWine() && WineVersion.major() < version;
    }

    /** Not under qemu, whose user-mode emulation lacks some of the kernel. */
    static void nativeX86(String why) {
        assumeTrue(
                "amd64".equals(System.getProperty("os.arch")),
                () -> "needs x86-64, where no emulator is in between: " + why);
    }

    /** What {@link ThreadMXBean} counts of each thread. */
    public static void allocationCounter() {
        assumeTrue(
                ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                        && threads.isThreadAllocatedMemoryEnabled(),
                "needs a JVM that counts what each thread allocates");
    }
}
