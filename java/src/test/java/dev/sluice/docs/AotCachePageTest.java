package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Document;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the page make caches of the first server, and that server starts from them. */
@Timeout(600)
@EnabledOnOs(value = OS.LINUX, disabledReason = "the commands are those of a Unix shell")
class AotCachePageTest {
    private static final Path ROOT = Path.of(System.getProperty("sluice.home"));
    private static final Pattern COMMANDS =
            Pattern.compile("## AOT cache\n.*?```\n(.*?)```.*?```\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SOURCE = Pattern.compile("\\] (\\S+) source: (.*)");
    private static final int CONNECTIONS = 4;
    private static final int MESSAGES = 50;
    private static final int END_SECONDS = 120;

    @TempDir
    Path folder;

    private List<String> commands = List.of();
    private String archived = "";

    @BeforeEach
    void theFilesThatThePageNames() throws Exception {
        Matcher matcher = COMMANDS.matcher(Document.read(ROOT.resolve("docs/platforms.md")));
        assertThat(matcher.find()).as("a block of commands").isTrue();
        commands = matcher.group(1).lines().toList();
        assertThat(commands).hasSize(4);
        archived = matcher.group(2).strip();
        Files.writeString(folder.resolve("Echo.java"), EchoClient.atAnyPort(
                DocumentedProgram.blocksOf("docs/start.md").getFirst()));
        DocumentedProgram.jarOfTheLibrary(folder.resolve("sluice.jar"));
        copyJar("slf4j-api");
        copyJar("jctools-core");
        finish(commands.get(0));
        finish(commands.get(1));
    }

    /** The page names a jar without its version. */
    private void copyJar(String name) throws IOException {
        Path jar =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .map(Path::of)
                        .filter(path -> path.getFileName().toString().startsWith(name + "-"))
                        .findFirst().orElseThrow();
        Files.copy(jar, folder.resolve(name + ".jar"));
    }

    private Process start(String line, String... options) throws IOException {
        List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
        words.set(0, Path.of(System.getProperty("java.home"), "bin", words.getFirst()).toString());
        words.addAll(1, List.of(options));
        return new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true)
                .start();
    }

    private void finish(String line) throws Exception {
        Process process = start(line);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** Serves some connections and ends by SIGTERM. */
    private static void serve(Process process) throws Exception {
        try {
            String line = process.inputReader().readLine();
            while (line != null && !line.startsWith("listening on ")) {
                line = process.inputReader().readLine(); // slf4j says that it has no provider
            }
            assertThat(line).as("the server listens").isNotNull();
            int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
            for (int i = 0; i < CONNECTIONS; i++) {
                try (Socket client = EchoClient.connect(port)) {
                    for (int message = 0; message < MESSAGES; message++) {
                        EchoClient.exchange(client);
                    }
                }
            }
            process.toHandle().destroy(); // SIGTERM, which leaves its output open
            process.inputReader().lines().forEach(ignored -> {});
            assertThat(process.waitFor(END_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Serves, and returns where each class came from, a line of class and source for each. */
    private List<String> classes(String line, String log, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("-Xlog:class+load:file=" + log);
        serve(start(line, all.toArray(String[]::new)));
        try (Stream<String> lines = Files.lines(folder.resolve(log))) {
            return lines.map(SOURCE::matcher).filter(Matcher::find)
                    .map(found -> found.group(1) + " " + found.group(2)).toList();
        }
    }

    private static long fromJars(List<String> classes) {
        return classes.stream().filter(line -> line.contains(".jar")).count();
    }

    @Test
    void theServerStartsFromTheCacheThatItsTrainingRunWrote() throws Exception {
        String cached = commands.get(3);
        String plain = cached.replace("-XX:AOTCache=echo.aot ", "");
        assertThat(plain).isNotEqualTo(cached);
        List<String> without = classes(plain, "without.log");
        assertThat(without).anyMatch(line -> line.matches("dev.sluice.net.Listener .*jar"));
        assertThat(fromJars(without)).as("classes from jars without a cache").isGreaterThan(100);

        serve(start(commands.get(2)));
        assertThat(folder.resolve("echo.aot")).exists();

        // The JVM refuses to start if it cannot use the cache.
        List<String> with = classes(cached, "with.log", "-XX:AOTMode=on");
        assertThat(with).contains("dev.sluice.net.Listener shared objects file",
                "Echo shared objects file");
        assertThat(fromJars(with)).as("classes from jars with the cache")
                .isLessThan(fromJars(without) / 10);
    }

    @Test
    void anArchiveIsMadeByTheFirstRunAndIgnoredOnceAJarHasChanged() throws Exception {
        String listener = "dev.sluice.net.Listener shared objects file (top)";
        assertThat(classes(archived, "first.log")).doesNotContain(listener);
        assertThat(folder.resolve("echo.jsa")).exists();
        assertThat(classes(archived, "second.log")).contains(listener,
                "Echo shared objects file (top)");

        Files.setLastModifiedTime(folder.resolve("echo.jar"), FileTime.fromMillis(0));
        assertThat(classes(archived, "third.log")).doesNotContain(listener)
                .anyMatch(line -> line.matches("Echo .*echo.jar"));
    }

    @Test
    void aCacheThatTheCollectorCannotUseIsRefusedIfItMustBeUsed() throws Exception {
        serve(start(commands.get(2)));
        Process process = start(commands.get(3), "-XX:AOTMode=on", "-XX:+UseZGC");
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isNotZero();
        assertThat(output).doesNotContain("listening");
    }
}
