package dev.sluice.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Backend;
import dev.sluice.Capabilities.Feature;
import dev.sluice.Capabilities.Support;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A diagnosis of machines that are not this one. */
class DiagnosisTest {
    @TempDir
    private Path root;

    @Test
    void aSystemWithoutProcIsDescribedAllTheSame() {
        SystemFiles none = new SystemFiles(root);
        Host host = Host.here(none);
        assertThat(host.distribution()).isEmpty();
        assertThat(host.processor()).isEmpty();
        assertThat(host.memoryBytes()).isPositive();
        assertThat(Limits.of(none)).isEmpty();
        assertThat(text(host, List.of(), Limits.of(none))).contains(
                "Limits     not readable: this system has no /proc");
    }

    @Test
    void limitsAreReadAndExplained() throws Exception {
        write("proc/self/limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max open files            1024                 1048576              files
                Max locked memory         8388608              unlimited            bytes
                """);
        write("proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
        write("proc/sys/kernel/io_uring_disabled", "2\n");
        List<Limit> limits = Limits.of(new SystemFiles(root));
        assertThat(limits).extracting(Limit::value).containsExactly("1024 / 1048576",
                "8 MiB / unlimited", "32768-60999", "2");
        assertThat(limits.getLast().meaning()).contains("no process may use io_uring");
        assertThat(limits.get(2).meaning()).startsWith("28,232 connections");
    }

    @Test
    void theHostIsReadFromItsFiles() throws Exception {
        write("etc/os-release", "NAME=\"Debian\"\nPRETTY_NAME=\"Debian 12\"\n");
        write("proc/cpuinfo", "model name\t: Some CPU\nflags\t\t: fpu hypervisor lm\n");
        write("proc/meminfo", "MemTotal: 2048 kB\nMemAvailable:    1024 kB\n");
        Host host = Host.here(new SystemFiles(root));
        assertThat(host.distribution()).isEqualTo("Debian 12");
        assertThat(host.processor()).isEqualTo("Some CPU (virtual machine)");
        assertThat(host.freeMemoryBytes()).isEqualTo(1 << 20);
    }

    @Test
    void toolsAreFoundInThePath() throws Exception {
        Path tool = root.resolve("strace");
        Files.createFile(tool);
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        List<Tool> tools = Tool.find("/nowhere" + File.pathSeparator + root);
        assertThat(tools).filteredOn(one -> one.path().isPresent())
                .extracting(Tool::name).containsExactly("strace");
    }

    @Test
    void theCauseOfARefusalIsReportedAndLongLinesAreFolded() {
        String cause = "is refused by the sysctl kernel.io_uring_disabled=2, which an administrator"
                + " of this machine can set to 0, and which is not the default of this kernel";
        Support refused = new Support(Backend.IO_URING, false, cause, List.of());
        Support works = new Support(Backend.EPOLL, true, "",
                List.of(new Feature("nanosecond waits", true, "epoll_pwait2")));
        List<String> lines = text(Host.here(), List.of(refused, works), List.of());
        assertThat(lines).anySatisfy(line -> assertThat(line)
                .startsWith("Backends   io_uring  no   is refused by the sysctl"));
        assertThat(lines)
                .anySatisfy(line -> assertThat(line).contains("+ nanosecond waits: epoll_pwait2"));
        assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(DefaultChoice.reason(Backend.EPOLL, List.of(refused, works)))
                .isEqualTo("since io_uring " + cause);
        assertThat(DefaultChoice.reason(Backend.IO_URING, List.of(refused, works)))
                .isEqualTo("which is preferred where it works");
    }

    @Test
    void sizesAreForPeople() {
        assertThat(Sizes.of(512)).isEqualTo("512 bytes");
        assertThat(Sizes.of(1536)).isEqualTo("1.5 KiB");
        assertThat(Sizes.of(8L << 30)).isEqualTo("8 GiB");
    }

    private static List<String> text(Host host, List<Support> backends, List<Limit> limits) {
        DefaultChoice choice = new DefaultChoice("", "no backend works here");
        List<Tool> tools = List.of(new Tool("strace", Optional.empty(), "counts"));
        return new DiagnosisText(new Diagnosis(host, backends, choice, limits, tools)).lines();
    }

    private void write(String file, String text) throws Exception {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
