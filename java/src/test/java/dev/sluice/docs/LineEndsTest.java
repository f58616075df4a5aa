package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Line ends of a checkout: those of the repository, and what holds if a program changed them. */
class LineEndsTest {
    private static final Path ROOT = Path.of(System.getProperty("sluice.home"));

    static Stream<String> documents() throws IOException {
        List<String> found;
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            found = files.map(file -> ROOT.relativize(file).toString())
                    .filter(name -> name.endsWith(".md")).toList();
        }
        return Stream.concat(Stream.of("README.md"), found.stream());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aDocumentHasTheSameProgramsInACheckoutOfWindows(String document, @TempDir Path folder)
            throws IOException {
        String text = Document.read(ROOT.resolve(document));
        Path windows = Files.writeString(folder.resolve("page.md"), text.replace("\n", "\r\n"));
        assertThat(Document.read(windows)).isEqualTo(text);
        assertThat(DocumentedProgram.blocksOf(windows))
                .isEqualTo(DocumentedProgram.blocksOf(ROOT.resolve(document)));
    }

    @Test
    void theRepositorySetsTheLineEndsOfACheckout() throws IOException {
        assertThat(Files.readAllLines(ROOT.resolve(".gitattributes")))
                .contains("* text=auto eol=lf", "*.cmd text eol=crlf");
        assertThat(Files.readString(ROOT.resolve("sluice"))).doesNotContain("\r");
        assertThat(Files.readString(ROOT.resolve("sluice.cmd")).split("\n", -1))
                .filteredOn(line -> !line.isEmpty()).allMatch(line -> line.endsWith("\r"));
    }
}
