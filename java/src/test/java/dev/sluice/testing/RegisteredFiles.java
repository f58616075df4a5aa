package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The files of a jar that its {@code reachability-metadata.json} puts into a native image. */
public final class RegisteredFiles {
    private RegisteredFiles() {}

    /**
     * Fails if a file is not registered, or a registered file does not exist.
     *
     * @param metadata the text of reachability-metadata.json
     * @param resources the folder of the files; those in META-INF need no registration
     */
    public static void check(String metadata, Path resources) throws IOException {
        List<String> registered =
                ((List<?>) JSON.std.mapFrom(metadata).get("resources")).stream()
                        .map(entry -> String.valueOf(((Map<?, ?>) entry).get("glob"))).toList();
        try (Stream<Path> files = Files.walk(resources)) {
            assertThat(files.filter(Files::isRegularFile).map(resources::relativize)
                    .map(path -> path.toString().replace('\\', '/'))
                    .filter(path -> !path.startsWith("META-INF/")))
                    .containsExactlyInAnyOrderElementsOf(registered);
        }
    }
}
