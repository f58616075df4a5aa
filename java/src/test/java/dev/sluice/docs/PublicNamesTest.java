package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Document;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a page calls {@code Type.member} is a public member of that type of the library. */
class PublicNamesTest {
    private static final Path ROOT = Path.of(System.getProperty("sluice.home"));
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern MEMBER = Pattern.compile("\\b([A-Z]\\w+)\\.(\\w+)");
    private static final List<String> PACKAGES = List.of("dev.sluice.", "dev.sluice.net.");

    static Stream<Path> pages() throws IOException {
        return PageLinksTest.pages().filter(page -> !page.endsWith("CHANGELOG.md"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyMemberExists(Path page) throws IOException {
        List<String> unknown = new ArrayList<>();
        Matcher code = CODE.matcher(Document.read(ROOT.resolve(page)));
        while (code.find()) {
            Matcher member = MEMBER.matcher(code.group(1));
            while (member.find()) {
                Optional<Class<?>> type = typeNamed(member.group(1));
                if (type.isPresent() && !hasMember(type.get(), member.group(2))) {
                    unknown.add(member.group());
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    private static Optional<Class<?>> typeNamed(String name) {
        for (String each : PACKAGES) {
            try {
                return Optional.of(
                        Class.forName(each + name, false, PublicNamesTest.class.getClassLoader()));
            } catch (ClassNotFoundException | NoClassDefFoundError notThere) {
                // The next package may have it; Windows ignores the case of a file's name.
                assertThat(notThere).isNotNull();
            }
        }
        return Optional.empty();
    }

    private static boolean hasMember(Class<?> type, String name) {
        return name.equals("java")
                || Stream.of(type.getMethods()).anyMatch(each -> each.getName().equals(name))
                || Stream.of(type.getFields()).anyMatch(each -> each.getName().equals(name))
                || Arrays.stream(type.getClasses())
                        .anyMatch(each -> each.getSimpleName().equals(name));
    }
}
