import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checks the links of a site that is written: each file and each anchor that a page names exists, and
 * each page can be reached from index.html. Links to other hosts are not followed.
 *
 * <p>Usage: java Links.java SITE
 */
final class Links {
    private static final Pattern ANCHOR = Pattern.compile("\\s(?:id|name)=\"([^\"]*)\"");
    private static final Pattern LINK = Pattern.compile("<[^>]*\\s(?:href|src)=\"([^\"]*)\"");
    private static final Pattern ELSEWHERE = Pattern.compile("(?:[a-z]+:|//).*");

    private record Page(Set<String> anchors, List<String> links) {}

    private final Path site;
    private final Map<Path, Page> pages = new TreeMap<>();
    private final List<String> broken = new ArrayList<>();
    private int links;

    private Links(Path site) {
        this.site = site;
    }

    public static void main(String[] arguments) throws IOException {
        Links check = new Links(Path.of(arguments[0]).toRealPath());
        check.read();
        check.check();
        check.broken.forEach(System.err::println);
        System.out.println("The site: " + check.pages.size() + " pages, " + check.links
                + " links, " + check.broken.size() + " broken");
        System.exit(check.broken.isEmpty() ? 0 : 1);
    }

    private void read() throws IOException {
        try (Stream<Path> files = Files.walk(site)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".html")).toList()) {
                String text = Files.readString(file).replaceAll("(?s)<!--.*?-->", "");
                Set<String> anchors = new HashSet<>(Set.of("", "top"));
                ANCHOR.matcher(text).results().forEach(id -> anchors.add(plain(id.group(1))));
                pages.put(file, new Page(anchors,
                        LINK.matcher(text).results().map(link -> plain(link.group(1))).toList()));
            }
        }
    }

    private static String plain(String attribute) {
        return attribute.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")
                .replace("&#39;", "'").replace("&amp;", "&");
    }

    private void check() {
        Set<Path> reached = new HashSet<>();
        Deque<Path> left = new ArrayDeque<>(List.of(site.resolve("index.html")));
        for (Map.Entry<Path, Page> page : pages.entrySet()) {
            page.getValue().links.forEach(link -> target(page.getKey(), link));
        }
        while (!left.isEmpty()) {
            Path file = left.pop();
            if (pages.containsKey(file) && reached.add(file)) {
                pages.get(file).links.stream().filter(link -> !isElsewhere(link))
                        .forEach(link -> left.push(file(file, link)));
            }
        }
        // Javadoc has pages of its own for frames and searches.
        pages.keySet().stream().filter(file -> !file.startsWith(site.resolve("apidocs"))
                        && !file.startsWith(site.resolve("apidocs-micrometer")))
                .filter(file -> !reached.contains(file))
                .forEach(file -> broken.add(site.relativize(file) + ": no page leads to it"));
    }

    private static boolean isElsewhere(String link) {
        return ELSEWHERE.matcher(link).matches();
    }

    private void target(Path page, String link) {
        if (isElsewhere(link)) {
            return;
        }
        links++;
        Path file = file(page, link);
        int hash = link.indexOf('#');
        String anchor = hash < 0 ? "" : decoded(link.substring(hash + 1));
        if (!Files.isRegularFile(file)) {
            broken.add(site.relativize(page) + ": no file for " + link);
        } else if (pages.containsKey(file) && !pages.get(file).anchors.contains(anchor)) {
            broken.add(site.relativize(page) + ": no anchor for " + link);
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The file that a link of a page names: for a folder, its index.html. */
    private static Path file(Path page, String link) {
        String name = decoded(link.replaceFirst("[?#].*", ""));
        Path file = name.isEmpty() ? page : page.resolveSibling(name).normalize();
        return Files.isDirectory(file) ? file.resolve("index.html") : file;
    }
}
