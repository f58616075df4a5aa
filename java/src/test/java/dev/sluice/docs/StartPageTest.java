package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Document;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page for beginners names this library, and its first program works as it is written. */
@Timeout(300)
class StartPageTest {
    private static final Path ROOT = Path.of(System.getProperty("sluice.home"));
    private static final Pattern GRADLE =
            Pattern.compile("implementation\\(\"([^:]*):([^:]*):([^\"]*)\"\\)");

    @Test
    void theFirstServerEchoes(@TempDir Path folder) throws IOException {
        List<String> blocks = DocumentedProgram.blocksOf("docs/start.md");
        assertThat(blocks).hasSize(1);
        EchoClient.assertEchoes(folder, List.of(), blocks.getFirst());
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/start.md", "README.md"})
    void theDependencyIsThisLibrary(String page) throws IOException {
        String pom = Document.read(ROOT.resolve("java/pom.xml"));
        String text = Document.read(ROOT.resolve(page));
        Matcher gradle = GRADLE.matcher(text);
        assertThat(gradle.find()).as("a line for Gradle").isTrue();
        List<String> elements = List.of("groupId", "artifactId", "version");
        for (int i = 0; i < elements.size(); i++) {
            String element = elements.get(i);
            String found = between(text, element);
            assertThat(pom).contains("<" + element + ">" + found + "</" + element + ">");
            assertThat(gradle.group(i + 1)).isEqualTo(found);
        }
    }

    private static String between(String text, String element) {
        int start = text.indexOf("<" + element + ">") + element.length() + 2;
        return text.substring(start, text.indexOf("</" + element + ">", start));
    }
}
