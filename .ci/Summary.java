import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Prints the end of a run, so short that a window of 40 lines shows it whole: what was skipped and why,
 * how many tests ran, and last the tests that failed, or how a part ended that failed otherwise. The
 * tests are those of JUnit's reports, target/&lt;folder&gt;/TEST-*.xml; what has no report, such as the end
 * of a JVM, is in the log.
 *
 * <p>Usage: java Summary.java ROOT LOG. These lines of the log divide it:
 *
 * <pre>
 * PART name                a part begins
 * REPORTS folder seconds   its reports are in target/folder, none older than this time of the epoch
 * FAILED PART name         the part before this line failed
 * </pre>
 */
final class Summary {
    private static final int LONGEST = 300;
    private static final int MOST_FAILURES = 10;
    private static final int LAST_LINES = 8;
    private static final Pattern RUNNING = Pattern.compile("\\[INFO\\] Running (\\S+).*");
    private static final Pattern NOTE = Pattern.compile("C tests.*|.*not tested.*"
            + "|C parts are not built.*|The same jar.*|The contract holds.*|The site: .*");
    private static final Pattern CRASH = Pattern.compile("(?:\\[ERROR\\] )?(.*(?:"
            + "The forked VM terminated|HUNG |There was a timeout or other error in the fork"
            + "|Crashed tests:).*)");
    private static final Pattern GOAL = Pattern.compile("\\[ERROR\\] (Failed to execute goal.*)");

    /** What ran between two lines PART. */
    private static final class Part {
        final String name;
        final List<String> lines = new ArrayList<>();
        final List<String> notes = new ArrayList<>();
        final List<String> failures = new ArrayList<>();
        final Map<String, Integer> skipped = new LinkedHashMap<>();
        final Set<String> reported = new HashSet<>();
        String reports = "";
        long since;
        boolean failed;
        int tests;
        int failing;
        int errors;

        Part(String name) {
            this.name = name;
        }

        int skippedTests() {
            return skipped.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    private final Path root;
    private final List<Part> parts = new ArrayList<>();

    private Summary(Path root) {
        this.root = root;
    }

    public static void main(String[] arguments) throws Exception {
        Summary summary = new Summary(Path.of(arguments[0]));
        summary.readLog(Path.of(arguments[1]));
        for (Part part : summary.parts) {
            summary.readReports(part);
            summary.readEnd(part);
        }
        summary.print();
    }

    private void readLog(Path log) throws IOException {
        for (String line : new String(Files.readAllBytes(log)).lines().toList()) {
            Part part = parts.isEmpty() ? null : parts.getLast();
            if (line.startsWith("PART ")) {
                parts.add(new Part(line.substring("PART ".length())));
            } else if (part == null) {
                continue;
            } else if (line.startsWith("REPORTS ")) {
                String[] words = line.split(" ");
                part.reports = words[1];
                part.since = Long.parseLong(words[2]);
            } else if (line.startsWith("FAILED PART ")) {
                part.failed = true;
            } else if (!line.isBlank()) {
                part.lines.add(line);
            }
        }
    }

    // ---- reports ----------------------------------------------------------------------------

    private void readReports(Part part) throws Exception {
        if (part.reports.isEmpty()) {
            return;
        }
        DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        parser.setErrorHandler(new DefaultHandler()); // that of the JDK prints
        for (Path file : reportsOf(part)) {
            Document report;
            try {
                report = parser.parse(file.toFile());
            } catch (SAXException cutShort) {
                part.failures.add("a report is not whole: " + file.getFileName());
                continue;
            }
            part.reported.add(report.getDocumentElement().getAttribute("name"));
            NodeList cases = report.getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                count(part, (Element) cases.item(i));
            }
        }
        if (!part.reported.isEmpty()) {
            part.notes.add("Tests run: " + part.tests + ", Failures: " + part.failing + ", Errors: "
                    + part.errors + ", Skipped: " + part.skippedTests());
        }
    }

    private List<Path> reportsOf(Part part) throws IOException {
        Path folder = Path.of("target", part.reports);
        List<Path> files = new ArrayList<>();
        for (Path module : modules()) {
            if (!Files.isDirectory(module.resolve(folder))) {
                continue;
            }
            try (Stream<Path> reports = Files.list(module.resolve(folder))) {
                for (Path file : reports.sorted().toList()) {
                    if (file.getFileName().toString().matches("TEST-.*\\.xml") && Files
                            .getLastModifiedTime(file).toInstant().getEpochSecond() >= part.since) {
                        files.add(file);
                    }
                }
            }
        }
        return files;
    }

    /** The folders with a POM. */
    private List<Path> modules() throws IOException {
        try (Stream<Path> files = Files.find(root, 3,
                (file, type) -> file.endsWith("pom.xml") && type.isRegularFile())) {
            return files.map(Path::getParent).sorted().toList();
        }
    }

    private static void count(Part part, Element test) {
        part.tests++;
        Element skipped = child(test, "skipped");
        Element failure = child(test, "failure");
        Element error = child(test, "error");
        if (skipped != null) {
            part.skipped.merge(reason(skipped), 1, Integer::sum);
        }
        if (failure != null) {
            part.failing++;
        } else if (error != null) {
            part.errors++;
        }
        Element cause = failure == null ? error : failure;
        if (cause != null) {
            part.failures.add(shorter(test.getAttribute("classname") + "."
                    + test.getAttribute("name")) + "\n    " + shorter(message(cause)));
        }
    }

    private static Element child(Element parent, String name) {
        return (Element) parent.getElementsByTagName(name).item(0);
    }

    /** Of "needs Linux: tcpdump captures packets" the part before the colon. */
    private static String reason(Element skipped) {
        String attribute = skipped.getAttribute("message");
        String text = (attribute.isBlank() ? message(skipped) : attribute)
                .replaceFirst("^[\\w.]+Exception: ", "").replaceFirst("^Assumption failed: ", "")
                .replaceFirst("^Disabled on operating system: .* ==> ", "");
        return text.startsWith("under Wine: ") ? text : text.replaceFirst(":.*", "");
    }

    /** The text before the stack trace. */
    private static String message(Element cause) {
        return cause.getTextContent().replaceFirst("(?s)\\n\\s+at .*", "").strip()
                .replaceAll("\\s+", " ");
    }

    private static String shorter(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST - 3) + "..." : text;
    }

    // ---- what has no report -----------------------------------------------------------------

    private static void readEnd(Part part) {
        part.notes.addAll(0, part.lines.stream().filter(NOTE.asMatchPredicate()).toList());
        String running = "";
        boolean done = false;
        for (String line : part.lines) {
            Matcher begins = RUNNING.matcher(line);
            if (begins.matches() && !part.reported.contains(begins.group(1))) {
                running = begins.group(1);
            }
            done |= line.startsWith("[INFO] BUILD ");
        }
        String crash = first(part, CRASH);
        if (!crash.isEmpty()) {
            part.failures.add(shorter(crash)
                    + (running.isEmpty() ? "" : ", last seen in " + running));
        } else if (!running.isEmpty() && !done) {
            part.failures.add("ended while in " + running);
        }
    }

    private static String first(Part part, Pattern pattern) {
        return part.lines.stream().map(pattern::matcher).filter(Matcher::matches)
                .map(matcher -> matcher.group(1)).findFirst().orElse("");
    }

    // ---- output -----------------------------------------------------------------------------

    private void print() {
        System.out.println("Skipped:");
        for (Part part : parts) {
            part.skipped.forEach((reason, count) -> System.out.printf("%s: %4d %s%n", part.name,
                    count, shorter(reason)));
        }
        System.out.println("Tests:");
        parts.forEach(part -> part.notes.forEach(note -> System.out.println(part.name + ": "
                + shorter(note))));
        List<String> failures = parts.stream().flatMap(part -> part.failures.stream()
                .map(failure -> part.name + ": " + failure)).toList();
        if (!failures.isEmpty()) {
            System.out.println("Failed:");
            failures.stream().limit(MOST_FAILURES).forEach(System.out::println);
        }
        if (failures.size() > MOST_FAILURES) {
            System.out.println("and " + (failures.size() - MOST_FAILURES) + " more");
        }
        parts.stream().filter(part -> part.failures.isEmpty()).forEach(Summary::printOtherEnd);
    }

    /** Of a part that failed although no test did. */
    private static void printOtherEnd(Part part) {
        String goal = first(part, GOAL);
        if (!goal.isEmpty()) {
            System.out.println(part.name + ": " + shorter(goal));
        }
        if (part.failed) {
            System.out.println("Last lines of " + part.name + ":");
            part.lines.stream().skip(Math.max(0, part.lines.size() - LAST_LINES))
                    .forEach(line -> System.out.println("    " + shorter(line)));
        }
    }
}
