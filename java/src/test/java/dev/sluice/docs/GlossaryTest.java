package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One word has one meaning: the glossary lists the words, and words that it replaced are gone. */
class GlossaryTest {
    private static final Path ROOT = Path.of(System.getProperty("sluice.home"));
    private static final Set<String> SUFFIXES = Set.of("java", "md", "xml", "cmd", "sh", "c", "h",
            "py", "properties", "html", "yml", "txt", "cmake");
    private static final Set<String> SCRIPTS = Set.of("sluice", "mvnw", "run", "wine");

    /** Folders of outputs and of tools. */
    private static final Set<String> SKIPPED = Set.of("target", ".git", ".sluice", ".idea", ".mvn");

    /** Replaced words, each a regular expression, and the word of the glossary. */
    private static final Map<String, String> REPLACED = new TreeMap<>(Map.ofEntries(
            Map.entry("\\w*Inlet", "ReadSide"),
            Map.entry("Outlet", "WriteSide"),
            Map.entry("Intake", "Acceptor"),
            Map.entry("Roster", "ActiveConnections"),
            Map.entry("Route", "Endpoints"),
            Map.entry("Piece", "Chunk"),
            Map.entry("WriteBehind", "DeferredWrite"),
            Map.entry("Carrier|CarrierPoller", "PortThread"),
            Map.entry("openCarrying", "openThreadPerPort"),
            Map.entry("Gate", "UseCount"),
            Map.entry("Guests|GuestCalls|WindowsGuestCalls", "OffThreadCalls"),
            Map.entry("Lane", "OperationQueue"),
            Map.entry("FlightTable", "OverlappedTable"),
            Map.entry("Delivery", "EventDispatcher"),
            Map.entry("WaitingThread", "BlockingWaiter"),
            Map.entry("LoneReceiver", "SingleSocketFastPath"),
            Map.entry("RingWork|RingDriver", "UringDriver"),
            Map.entry("LookupThreads", "ResolverThreads"),
            Map.entry("ReadinessQuestion", "ReadinessRequest"),
            Map.entry("giveBack", "release"),
            Map.entry("goOn", "resume"),
            Map.entry("own carriers|carrier of its own", "thread per port"),
            Map.entry("sluice-own-\\w+", "sluice-tpp-*"),
            Map.entry("[Ww]hoever", "the thread, caller or socket by its name"),
            Map.entry("Refusals", "Errors"),
            Map.entry("Unclaimed", "UntakenAccepts"),
            Map.entry("letGo", "unlock"),
            Map.entry("go(?:es)? on|going on|went on", "continue"),
            Map.entry("[Tt]ells|(?:is|are|was|were|be|been|being) told(?! apart)", "report"),
            Map.entry("[Ee]verybody|[Ss]omebody|[Aa]nybody|[Ww]hom", "the thread or caller"),
            Map.entry("g(?:ives?|ave|iven) up", "the ordinary verb: ends, fails, releases"),
            Map.entry("g(?:ives?|ave|iven) back", "release"),
            Map.entry("threads? of the system", "platform thread"),
            Map.entry("as many as there are", "all"),
            Map.entry("of theirs", "their own"),
            Map.entry("for want of", "because no ... is free"),
            Map.entry("in the midst", "in the middle")));

    /** Names of classes that were replaced; as words some of them are common. */
    private static final Set<String> REPLACED_CLASSES = Set.of("Direction", "Wire", "Race",
            "Eyeballs", "Attempt", "Lookup", "Flight", "Waiting", "Question", "Socket",
            "SocketException", "SocketOption", "Timer");

    private static Stream<Path> texts() throws IOException {
        List<Path> found = new ArrayList<>();
        List<Path> folders = new ArrayList<>(List.of(ROOT));
        while (!folders.isEmpty()) {
            try (Stream<Path> entries = Files.list(folders.removeLast())) {
                for (Path entry : entries.toList()) {
                    String name = entry.getFileName().toString();
                    if (Files.isDirectory(entry)) {
                        if (!SKIPPED.contains(name)) {
                            folders.add(entry);
                        }
                    } else if (SCRIPTS.contains(name)
                            || SUFFIXES.contains(name.substring(name.lastIndexOf('.') + 1))) {
                        found.add(entry);
                    }
                }
            }
        }
        return found.stream().filter(Predicate.not(
                file -> file.endsWith(GlossaryTest.class.getSimpleName() + ".java")));
    }

    @Test
    void wordsThatWereReplacedAreGone() throws IOException {
        Pattern any = Pattern.compile(String.join("|", REPLACED.keySet().stream()
                .map(word -> "\\b(?:" + acrossLines(word) + ")\\b").toList()));
        List<String> left = new ArrayList<>();
        int texts = 0;
        for (Path file : texts().toList()) {
            texts++;
            Matcher matcher = any.matcher(Document.read(file));
            while (matcher.find()) {
                left.add(ROOT.relativize(file) + ": " + matcher.group() + ", the word is "
                        + successorOf(matcher.group()));
            }
        }
        assertThat(texts).as("texts of the project").isGreaterThan(300);
        assertThat(left).isEmpty();
    }

    @Test
    void classesThatWereRenamedAreGone() throws IOException {
        assertThat(texts().map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".java"))
                .filter(name -> REPLACED_CLASSES.contains(name.substring(0, name.length() - 5))))
                .isEmpty();
    }

    private static String successorOf(String found) {
        return REPLACED.entrySet().stream()
                .filter(entry -> found.matches(acrossLines(entry.getKey())))
                .map(Map.Entry::getValue).findFirst().orElseThrow();
    }

    /** A space of the expression also matches a line break, within a comment too. */
    private static String acrossLines(String expression) {
        return expression.replace(" ", "[\\s*/#]+");
    }

    @Test
    void theGlossaryHasOneSentenceForEachOfItsWords() throws IOException {
        List<String> rows = Document.read(ROOT.resolve("docs/glossary.md")).lines()
                .filter(line -> line.startsWith("| ")).skip(1).toList();
        assertThat(rows).hasSizeBetween(30, 42);
        assertThat(rows).allSatisfy(row -> {
            String[] cells = row.split(" \\| ", -1);
            assertThat(cells).as(row).hasSize(3);
            assertThat(cells[1]).as(row).endsWith(".");
        });
        assertThat(rows.stream().map(row -> row.split("\\|", -1)[1].strip())).isSorted();
    }
}
