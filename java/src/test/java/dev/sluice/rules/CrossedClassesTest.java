package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Backend;
import dev.sluice.conformance.BackendsUnderTest;
import dev.sluice.conformance.JavaCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How many classes of the library one receive crosses, from its submission to its event: a reader who
 * follows the receive has to open each of them. The classes are in the message of a failure.
 */
@Timeout(300)
class CrossedClassesTest {
    /** What was counted; a change that adds a class has a reason for it. */
    private static int mostClasses(Backend backend) {
        return switch (backend) {
            case EPOLL -> MOST_EPOLL;
            case IO_URING -> MOST_IO_URING;
            case IOCP -> MOST_IOCP;
        };
    }

    private static final int MOST_EPOLL = 34;
    private static final int MOST_IO_URING = 39;
    private static final int MOST_IOCP = 39;

    @TempDir
    private Path folder;

    @SuppressWarnings("unused") // named by @MethodSource
    private static Stream<Backend> backends() {
        return BackendsUnderTest.all().stream();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aReceiveCrossesFewClasses(Backend backend) throws Exception {
        List<String> program = new ArrayList<>();
        program.add("-javaagent:" + agent());
        program.add(CrossedClassesProgram.class.getName());
        program.add(backend.name().toLowerCase(Locale.ROOT));
        JavaCommand.Outcome outcome = JavaCommand.run(program);
        assertThat(outcome.code()).as("%s", outcome.lines()).isZero();
        assertThat(outcome.lines()).hasSizeBetween(10, mostClasses(backend));
    }

    /** A jar for -javaagent: its manifest names the agent, whose classes are in it. */
    private Path agent() throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", CrossedClassesAgent.class.getName());
        Path jar = folder.resolve("agent.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file, manifest)) {
            String name = CrossedClassesAgent.class.getName().replace('.', '/') + ".class";
            entries.putNextEntry(new ZipEntry(name));
            try (InputStream bytes =
                    CrossedClassesAgent.class.getResourceAsStream("/" + name)) {
                bytes.transferTo(entries);
            }
        }
        return jar;
    }
}
