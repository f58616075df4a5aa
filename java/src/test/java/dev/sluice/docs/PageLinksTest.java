package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links between the pages lead somewhere, to the heading that they name. */
class PageLinksTest {
    private static final Path ROOT = Path.of(System.getProperty("sluice.home"));
    private static final Pattern INLINE = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern REFERENCE =
            Pattern.compile("(?m)^\\[[^\\]]+\\]: +(\\S+)$");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|`[^`\n]*`");
    private static final Pattern CODE_BLOCKS = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");

    static Stream<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String name : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
            pages.add(Path.of(name));
        }
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            files.map(ROOT::relativize).filter(file -> file.toString().endsWith(".md"))
                    .forEach(pages::add);
        }
        return pages.stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Path page) throws IOException {
        List<String> broken = new ArrayList<>();
        for (String link : linksOf(Document.read(ROOT.resolve(page)))) {
            if (!isFound(ROOT.resolve(page), link)) {
                broken.add(link);
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyPageIsLinkedFromTheIndex() throws IOException {
        Set<Path> linked = new HashSet<>();
        for (String index : List.of("docs/README.md", "docs/lab/README.md")) {
            Path file = ROOT.resolve(index);
            for (String link : linksOf(Document.read(file))) {
                linked.add(file.resolveSibling(withoutAnchor(link)).normalize());
            }
        }
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.equals(ROOT.resolve("docs/README.md")))
                    .filter(file -> !linked.contains(file.normalize()))).isEmpty();
        }
    }

    private static List<String> linksOf(String text) {
        String plain = CODE.matcher(text).replaceAll("");
        List<String> links = new ArrayList<>();
        for (Pattern pattern : List.of(INLINE, REFERENCE)) {
            Matcher matcher = pattern.matcher(plain);
            while (matcher.find()) {
                if (!matcher.group(1).matches("[a-z]+:.*")) {
                    links.add(matcher.group(1));
                }
            }
        }
        return links;
    }

    private static String withoutAnchor(String link) {
        int hash = link.indexOf('#');
        return hash < 0 ? link : link.substring(0, hash);
    }

    private static boolean isFound(Path page, String link) throws IOException {
        String file = withoutAnchor(link);
        Path target = file.isEmpty() ? page : page.resolveSibling(file);
        if (!Files.exists(target) || link.length() == file.length()) {
            return Files.exists(target);
        }
        return anchorsOf(Document.read(target)).contains(link.substring(file.length() + 1));
    }

    /** The anchors that GitHub makes of headings. */
    private static Set<String> anchorsOf(String text) {
        Set<String> anchors = new HashSet<>();
        Matcher matcher = HEADING.matcher(CODE_BLOCKS.matcher(text).replaceAll(""));
        while (matcher.find()) {
            anchors.add(matcher.group(1).toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}\\-_ ]", "").strip().replace(' ', '-'));
        }
        return anchors;
    }
}
