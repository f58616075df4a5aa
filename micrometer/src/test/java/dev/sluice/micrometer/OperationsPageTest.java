package dev.sluice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.CompletionPort;
import dev.sluice.testing.Document;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/operations.md says of this module. */
class OperationsPageTest {
    private static final Pattern BLOCK =
            Pattern.compile("```(?:java|xml)\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path folder;

    private static String block(String word) throws Exception {
        String page = Document.read(
                Path.of(System.getProperty("sluice.home")).resolve("docs/operations.md"));
        return BLOCK.matcher(page).results().map((MatchResult found) -> found.group(1))
                .filter(block -> block.contains(word)).findFirst().orElseThrow();
    }

    @Test
    void itsProgramCompilesAndRegistersMeters() throws Exception {
        Path source = Files.writeString(folder.resolve("Snippet.java"), """
                import dev.sluice.micrometer.SluiceMetrics;
                import io.micrometer.core.instrument.*;
                import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

                public class Snippet {
                    public static MeterRegistry run() {
                        %s
                        return registry;
                    }
                }
                """.formatted(block("SluiceMetrics")));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(messages, files, null,
                    List.of("-Xlint:all", "-Werror", "-proc:none", "-d", folder.toString(), "-cp",
                            System.getProperty("java.class.path")),
                    null, files.getJavaFileObjects(source)).call();
            assertThat(compiled).as(messages.toString()).isTrue();
        }
        try (CompletionPort port = CompletionPort.open();
                URLClassLoader loader = new URLClassLoader(new URL[]{folder.toUri().toURL()})) {
            MeterRegistry registry =
                    (MeterRegistry) loader.loadClass("Snippet").getMethod("run").invoke(null);
            assertThat(registry.get("sluice.port.events")
                    .tag("backend", port.backend().toString()).functionCounters()).isNotEmpty();
        }
    }

    @Test
    void itsDependencyIsThisModule() throws Exception {
        String pom = Files.readString(
                Path.of(System.getProperty("sluice.home")).resolve("micrometer/pom.xml"));
        String artifact = "<artifactId>sluice-micrometer</artifactId>";
        assertThat(pom).contains(artifact);
        assertThat(block("<dependency>")).contains(artifact);
    }
}
