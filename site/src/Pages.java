import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Copies the Markdown pages of the repository to where the site generator reads them, and adapts what
 * is right in a repository but not on a site:
 *
 * <ul>
 * <li>README.md becomes index.md, and a folder without one gets a list of its pages.
 * <li>Headings get the anchors of the repository's host: the generator has a scheme of its own.
 * <li>A link that shows the name of a page shows its title.
 * <li>A link to the source of a public type leads to its Javadoc. A link to another file of the
 * repository keeps its text alone.
 * </ul>
 *
 * <p>Fails if a link names a file that does not exist.
 *
 * <p>Usage: java Pages.java REPOSITORY TARGET
 */
final class Pages {
    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```[^\\n]*$");
    private static final Pattern HEADING = Pattern.compile("(?m)^(#{1,6}) +(.+?) *#* *$");
    private static final Pattern LINK = Pattern.compile("\\[([^\\[\\]]*)\\]\\(([^()\\s]+)\\)");
    private static final Pattern PUBLIC_TYPE = Pattern
            .compile("java/src/main/java/(dev/sluice/(?:net/)?[A-Z]\\w*)\\.java");
    private static final String README = "README.md";

    private final Path repository;
    private final Path target;
    private final List<String> broken = new ArrayList<>();
    /** Pages by their folder, both relative to the repository. */
    private final Map<Path, List<Path>> folders = new TreeMap<>();

    private Pages(Path repository, Path target) {
        this.repository = repository;
        this.target = target;
    }

    public static void main(String[] arguments) throws IOException {
        Path repository = Path.of(arguments[0]).toRealPath();
        Pages pages = new Pages(repository, Path.of(arguments[1]).toAbsolutePath());
        pages.write();
        if (!pages.broken.isEmpty()) {
            pages.broken.forEach(System.err::println);
            System.exit(1);
        }
    }

    private void write() throws IOException {
        collect(repository, 1);
        collect(repository.resolve("docs"), Integer.MAX_VALUE);
        for (Map.Entry<Path, List<Path>> folder : folders.entrySet()) {
            for (Path page : folder.getValue()) {
                put(siteName(page), adapted(page));
            }
            if (hasList(folder.getKey())) {
                put(folder.getKey().resolve("index.md"), listOf(folder.getValue()));
            }
        }
    }

    private void collect(Path folder, int depth) throws IOException {
        try (Stream<Path> files = Files.walk(folder, depth)) {
            files.filter(file -> file.toString().endsWith(".md")).sorted()
                    .map(repository::relativize).forEach(page -> folders
                            .computeIfAbsent(folderOf(page), missing -> new ArrayList<>())
                            .add(page));
        }
    }

    private static Path folderOf(Path page) {
        return page.getParent() == null ? Path.of("") : page.getParent();
    }

    /** Folders of decisions and the like; the pages of docs itself are in the navigation. */
    private boolean hasList(Path folder) {
        return folder.getNameCount() > 1 && !folders.get(folder).contains(folder.resolve(README));
    }

    private static Path siteName(Path page) {
        return page.endsWith(README) ? folderOf(page).resolve("index.md") : page;
    }

    private void put(Path name, String text) throws IOException {
        Path file = target.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private String listOf(List<Path> pages) throws IOException {
        String folder = folderOf(pages.getFirst()).getFileName().toString();
        StringBuilder text = new StringBuilder("# " + folder.substring(0, 1).toUpperCase()
                + folder.substring(1) + "\n\n");
        for (Path page : pages) {
            text.append("- [").append(titleOf(page)).append("](").append(page.getFileName())
                    .append(")\n");
        }
        return text.toString();
    }

    private String titleOf(Path page) throws IOException {
        Matcher heading = HEADING.matcher(read(page));
        return heading.find() ? heading.group(2) : page.getFileName().toString();
    }

    private String read(Path page) throws IOException {
        return Files.readString(repository.resolve(page)).replace("\r\n", "\n");
    }

    private String adapted(Path page) throws IOException {
        String text = read(page);
        Map<String, Integer> anchors = new HashMap<>();
        StringBuilder result = new StringBuilder();
        Matcher fence = FENCE.matcher(text);
        int done = 0;
        while (fence.find()) {
            result.append(prose(page, text.substring(done, fence.start()), anchors));
            result.append(fence.group());
            done = fence.end();
        }
        return result.append(prose(page, text.substring(done), anchors)).toString();
    }

    private String prose(Path page, String text, Map<String, Integer> anchors) {
        String linked = LINK.matcher(text).replaceAll(link -> Matcher
                .quoteReplacement(link(page, link)));
        return HEADING.matcher(linked).replaceAll(heading -> Matcher.quoteReplacement(
                heading.group(1) + " <a id=\"" + anchor(heading.group(2), anchors) + "\"></a>"
                        + heading.group(2)));
    }

    /** As GitHub makes it of the text that is shown: a second one of a name ends with -1. */
    private static String anchor(String heading, Map<String, Integer> anchors) {
        String shown = LINK.matcher(heading).replaceAll("$1").replaceAll("[`*]", "");
        String name = shown.toLowerCase().replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
        int earlier = anchors.merge(name, 1, Integer::sum) - 1;
        String unique = earlier == 0 ? name : name + "-" + earlier;
        // The generator does so with the anchors in links.
        return unique.matches("\\p{L}.*") ? unique : "a" + unique;
    }

    private String link(Path page, MatchResult link) {
        String to = link.group(2);
        if (to.startsWith("#") || to.matches("[a-z]+:.*")) {
            return link.group();
        }
        int hash = to.indexOf('#');
        String anchor = hash < 0 ? "" : to.substring(hash);
        Path file = repository.resolve(page).resolveSibling(hash < 0 ? to : to.substring(0, hash))
                .normalize();
        if (!Files.exists(file)) {
            broken.add(page + ": no " + to + " for the link \"" + link.group(1) + '"');
            return link.group();
        }
        Path from = repository.resolve(siteName(page)).getParent();
        Path name = repository.relativize(file);
        Matcher type = PUBLIC_TYPE.matcher(name.toString().replace('\\', '/'));
        if (type.matches()) {
            return to(link.group(1), from,
                    Path.of("apidocs/dev.sluice", type.group(1) + ".html"), anchor);
        }
        if (folders.containsKey(name) && Files.isDirectory(file)) {
            return to(link.group(1), from, name.resolve("index.md"), anchor);
        }
        boolean onSite = folders.getOrDefault(folderOf(name), List.of()).contains(name);
        return onSite ? to(shown(link.group(1), name), from, siteName(name), anchor)
                : link.group(1);
    }

    private String to(String text, Path from, Path name, String anchor) {
        String path = from.relativize(repository.resolve(name)).toString().replace('\\', '/');
        return "[" + text + "](" + path + anchor + ")";
    }

    /** Where the text of a link is the name of a page, the title of that page. */
    private String shown(String text, Path page) {
        if (!text.matches("[\\w./-]+\\.md") || !page.endsWith(Path.of(text).getFileName())) {
            return text;
        }
        try {
            return titleOf(page);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
