package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.RegisteredFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A native image contains only the files and the fields for reflection that META-INF names: this test
 * compares them with what the commands use, on machines without GraalVM too.
 */
class ReachabilityMetadataTest {
    private static final String OWN =
            "META-INF/native-image/dev.sluice/sluice-cli-files/reachability-metadata.json";
    private static final String OF_PICOCLI =
            "META-INF/native-image/picocli-generated/dev.sluice/sluice-cli/reflect-config.json";
    private static final Pattern COMMAND = Pattern.compile("@Command\\(name = \"");

    /** Of all class folders, since the processor writes one for the commands of tests, too. */
    private static String resource(String name) throws IOException {
        StringBuilder all = new StringBuilder();
        List<URL> found = Collections.list(
                ReachabilityMetadataTest.class.getClassLoader().getResources(name));
        assertThat(found).as(name).isNotEmpty();
        for (URL one : found) {
            try (InputStream in = one.openStream()) {
                all.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return all.toString();
    }

    private static Path sources() {
        return Path.of(System.getProperty("sluice.home"), "cli/src/main");
    }

    @Test
    void everyFileInTheJarIsRegistered() throws Exception {
        RegisteredFiles.check(resource(OWN), sources().resolve("resources"));
    }

    @Test
    void everyCommandsFieldsAreRegistered() throws Exception {
        String registered = resource(OF_PICOCLI);
        Path java = sources().resolve("java");
        try (Stream<Path> files = Files.walk(java)) {
            List<Path> commands = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(ReachabilityMetadataTest::isCommand).toList();
            assertThat(commands).hasSizeGreaterThan(5).allSatisfy(file -> assertThat(registered)
                    .contains("\"" + java.relativize(file).toString().replace(".java", "")
                            .replace(java.getFileSystem().getSeparator(), ".") + "\""));
        }
    }

    private static boolean isCommand(Path file) {
        try {
            Matcher matcher = COMMAND.matcher(Files.readString(file));
            return matcher.find();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
