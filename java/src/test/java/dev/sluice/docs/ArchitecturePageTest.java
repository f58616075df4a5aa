package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages for those who change Sluice name classes and files that exist. */
class ArchitecturePageTest {
    private static final Path ROOT = Path.of(System.getProperty("sluice.home"));
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern CLASS = Pattern.compile("[A-Z][a-z]+(?:[A-Z][a-z0-9]*)+");
    private static final Pattern FILE =
            Pattern.compile("(?:README\\.md|(?:java|native|docs|site|config|\\.ci)/[\\w./-]+)");
    private static final List<String> KINDS = List.of("socket option", "kind of operation",
            "backend", "system call", "layout of a struct", "meaning of an error",
            "capability", "command", "example", "load", "Flight Recorder event",
            "page of the documentation");

    private static final Set<String> CLASSES = new HashSet<>();

    @BeforeAll
    static void findClasses() throws IOException {
        for (String module : List.of("java", "micrometer", "bench", "bench/peers", "cli",
                "examples", "netty")) {
            Path sources = ROOT.resolve(module).resolve("src");
            if (Files.isDirectory(sources)) {
                try (Stream<Path> files = Files.walk(sources)) {
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".java"))
                            .forEach(name -> CLASSES.add(name.substring(0, name.length() - 5)));
                }
            }
        }
        assertThat(CLASSES).hasSizeGreaterThan(300);
    }

    private static List<String> rowsOfTheTable() throws IOException {
        String page = Document.read(ROOT.resolve("docs/architecture.md"));
        String section = page.substring(page.indexOf("## Where a change belongs"));
        return section.lines().filter(line -> line.startsWith("| ")).skip(1).toList();
    }

    @Test
    void theTableHasARowForEachKindOfChange() throws IOException {
        List<String> rows = rowsOfTheTable();
        for (String kind : KINDS) {
            assertThat(rows).as(kind).anyMatch(row -> row.startsWith("| " + kind));
        }
    }

    @Test
    void eachNameInTheTableIsAClassOrAFile() throws IOException {
        List<String> unknown = new ArrayList<>();
        int names = 0;
        for (String row : rowsOfTheTable()) {
            Matcher code = CODE.matcher(row);
            while (code.find()) {
                names++;
                String name = code.group(1);
                if (!CLASSES.contains(name) && !isFile(name)) {
                    unknown.add(name);
                }
            }
        }
        assertThat(names).isGreaterThan(50);
        assertThat(unknown).isEmpty();
    }

    private static boolean isFile(String name) {
        return FILE.matcher(name).matches() && Files.exists(ROOT.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/architecture.md", "docs/windows.md", "CONTRIBUTING.md",
        "docs/decisions/0001-engine-between-port-and-backend.md",
        "docs/decisions/0003-handles-that-are-not-final.md",
        "docs/decisions/0004-virtual-threads-and-ports.md",
        "docs/decisions/0005-few-buffers-in-the-kernel.md"})
    void eachClassOfOursThatAPageNamesExists(String page) throws IOException {
        List<String> unknown = new ArrayList<>();
        Matcher code = CODE.matcher(Document.read(ROOT.resolve(page)));
        while (code.find()) {
            String name = code.group(1);
            if (CLASS.matcher(name).matches() && !CLASSES.contains(name) && !isOfOthers(name)) {
                unknown.add(name);
            }
        }
        assertThat(unknown).isEmpty();
    }

    /** Names of the JDK and of Windows that the pages set as code, too. */
    private static boolean isOfOthers(String name) {
        return Set.of("MemorySegment", "ServerSocket", "DatagramChannel", "DatagramSocket",
                "IllegalStateException", "NtStatusToSocketError", "NullMarked", "SharedSecrets")
                .contains(name);
    }
}
