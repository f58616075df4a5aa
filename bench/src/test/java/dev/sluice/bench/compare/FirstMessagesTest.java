package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.compare.FirstMessages.Reading;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.peers.Task;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Settings;
import dev.sluice.bench.results.Verdict;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(300)
@EnabledOnOs(value = OS.LINUX, disabledReason = "reads CPU clocks of Linux")
class FirstMessagesTest {
    private static final int BURNT_MILLIS = 400;

    private final ServerCatalog catalog = new ServerCatalog(BaselinePrograms.ofEnvironment());

    /** Serves one connection: the argument is added to the first byte. */
    static final class Echo {
        private Echo() {}

        public static void main(String[] arguments) throws Exception {
            Thread burning = Thread.ofPlatform().start(Echo::burn);
            burning.join();
            try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                System.out.println("listening 127.0.0.1:" + listener.getLocalPort());
                try (Socket socket = listener.accept()) {
                    InputStream in = socket.getInputStream();
                    byte[] bytes = new byte[64];
                    for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                        bytes[0] += Byte.parseByte(arguments[0]);
                        socket.getOutputStream().write(bytes, 0, count);
                    }
                }
            }
        }

        private static void burn() {
            long nanos = BURNT_MILLIS * 1_000_000L;
            while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() < nanos) {
                Thread.onSpinWait();
            }
        }
    }

    private static ServerSpec echo(int added) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Echo.class.getName(),
                Integer.toString(added));
        return new ServerSpec("echo", processors -> command, false, load -> true,
                Set.of(Task.ECHO), "of this test");
    }

    private static FirstMessages messages(int cycles) {
        return new FirstMessages(new Settings(cycles, 1, 1, "by load", 1, ""), 2,
                Progress.onStandardError());
    }

    private ServerSpec named(String name) {
        return catalog.all().stream().filter(spec -> spec.name().equals(name)).findFirst()
                .orElseThrow();
    }

    @Test
    void aTableForEachNumberOfMessagesHasARowForEachServerAndAValueForEachStart()
            throws Exception {
        List<Section> sections = messages(2).run(List.of(named("nio"), named("jdk-virtual")));
        assertThat(sections).extracting(Section::name)
                .containsExactly("first-1", "first-100", "first-10000");
        for (Section section : sections) {
            assertThat(section.baseline()).isEqualTo("jdk-virtual");
            assertThat(section.rows()).extracting(Section.Row::name)
                    .containsExactly("nio", "jdk-virtual");
            assertThat(section.rows()).allSatisfy(row -> assertThat(row.cells()).hasSize(2)
                    .allSatisfy(values -> assertThat(values).hasSize(2)
                            .allSatisfy(value -> assertThat(value).isPositive())));
            assertThat(section.cpuColumn()).hasValue(0);
            assertThat(section.notes().getFirst()).startsWith("Range of the CPU time: ")
                    .contains("nio ", "jdk-virtual ");
        }
    }

    @Test
    void theTimesOfAStartGrowWithTheMessages() throws Exception {
        List<Reading> readings = messages(1).start(named("sluice-net-epoll"));
        assertThat(readings).hasSize(3).isSortedAccordingTo(
                (a, b) -> Double.compare(a.cpuMillis(), b.cpuMillis()));
        assertThat(readings).isSortedAccordingTo(
                (a, b) -> Double.compare(a.elapsedMillis(), b.elapsedMillis()));
    }

    @Test
    void whatAThreadThatHasEndedUsedCounts() throws Exception {
        assertThat(messages(1).start(echo(0))).allSatisfy(reading -> {
            assertThat(reading.cpuMillis()).isGreaterThan(BURNT_MILLIS);
            assertThat(reading.elapsedMillis()).isGreaterThan(BURNT_MILLIS);
        });
    }

    @Test
    void anEchoWithOtherBytesFails() {
        assertThatExceptionOfType(BenchException.class)
                .isThrownBy(() -> messages(1).run(List.of(echo(1))))
                .withMessageContaining("echo failed at first").withMessageContaining("message 1 ");
    }

    @Test
    void serversThatSpinTakePartOnlyIfTheyAreNamed() {
        Predicate<ServerSpec> measured = FirstMessages::measures;
        assertThat(named("sluice-epoll-spin")).matches(measured.negate());
        assertThat(named("sluice-epoll-spin").forEveryLoad()).matches(measured);
        assertThat(catalog.byDefault().stream()
                .filter(spec -> spec.loads().test(new Load(1, 64, 1)))
                .filter(spec -> Verdict.isRival(spec.name()) && spec.knows(Task.ECHO)))
                .isNotEmpty().allMatch(measured);
    }
}
