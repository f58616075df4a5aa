package dev.sluice.bench.report;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import dev.sluice.bench.report.LineChart.Line;
import dev.sluice.bench.results.Environment;
import dev.sluice.bench.results.LoadResult;
import dev.sluice.bench.results.OutputFile;
import dev.sluice.bench.results.Results;
import dev.sluice.bench.results.Section;
import dev.sluice.bench.results.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Results as one page that needs no network, no script and no fonts. */
public final class ReportPage {
    private final List<Run> runs;
    private final Map<String, String> notes;
    private final Palette palette;
    private final LoadCharts loadCharts;
    private final Svg svg = new Svg();
    private final StringBuilder page = new StringBuilder();
    private final StringBuilder contents = new StringBuilder();
    private int headings;
    private int choices;

    private ReportPage(List<Run> runs, Map<String, String> notes) {
        this.runs = runs;
        this.notes = notes;
        this.palette = new Palette(plots(runs));
        this.loadCharts = new LoadCharts(palette);
    }

    /** The names that are shown beside one another: of all loads, and of each section. */
    private static List<List<String>> plots(List<Run> runs) {
        List<List<String>> plots = new ArrayList<>();
        plots.add(runs.stream().flatMap(run -> run.results().loads().stream())
                .flatMap(load -> load.servers().stream()).distinct().toList());
        runs.stream().flatMap(run -> run.results().sections().stream()).forEach(section -> plots
                .add(section.rows().stream().map(Section.Row::name).distinct().toList()));
        return plots;
    }

    /**
     * Fails if this machine cannot draw, before anything is measured.
     *
     * @throws dev.sluice.bench.BenchException with what is missing
     */
    public static void requireFonts() {
        Svg.requireFonts();
    }

    /**
     * Writes the whole page or nothing.
     *
     * @param runs one, or several to be shown side by side
     * @param notes what each server is, by its name
     */
    public static void write(List<Run> runs, Map<String, String> notes, Path file)
            throws IOException {
        new OutputFile(file).write(new ReportPage(runs, notes).html());
    }

    /** True if {@link #writePlots} can write to the folder; does not touch it. */
    public static boolean isFolderForPlots(Path folder) {
        Path existing = folder.toAbsolutePath();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing != null && Files.isDirectory(existing) && Files.isWritable(existing);
    }

    /** Writes each plot as an SVG file for light and dark pages, and as a PNG file. */
    public static List<Path> writePlots(Results results, Path folder) throws IOException {
        ReportPage drawn = new ReportPage(List.of(new Run("", results)), Map.of());
        List<Path> files = new ArrayList<>();
        Files.createDirectories(folder);
        for (Chart chart : drawn.charts(results)) {
            String name = chart.title().replaceAll(" \\(.*", "")
                    .replace("\u00b5s", "us").replaceAll("[^\\w.]+", "-");
            files.add(Files.writeString(folder.resolve(name + ".svg"), new Svg().file(chart)));
            files.add(Files.write(folder.resolve(name + ".png"), Svg.png(chart)));
        }
        return files;
    }

    private List<Chart> charts(Results results) {
        List<Chart> charts = new ArrayList<>();
        results.loads().forEach(load -> charts.addAll(loadCharts.of(load)));
        charts.addAll(loadCharts.growth(results.loads()));
        results.sections().forEach(
                section -> charts.addAll(SectionHtml.charts(section, palette)));
        return charts;
    }

    private String html() throws IOException {
        page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<title>Sluice: comparison</title>\n<style>\n").append(ReportColor.style())
                .append(ReportColor.choices()).append(resource("report.css"))
                .append("</style>\n</head>\n<body>\n<main")
                .append(runs.size() > 1 ? " class=\"wide\">\n" : ">\n")
                .append("<h1>Sluice: comparison</h1>\n");
        int contentsStart = page.length();
        addReading();
        if (runs.size() > 1) {
            addSideBySide();
        }
        for (Run run : runs) {
            addRun(run);
        }
        page.insert(contentsStart, "<nav>" + contents + "</nav>\n");
        return page.append("</main>\n</body>\n</html>\n").toString();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void addSideBySide() throws IOException {
        SideBySide sideBySide = new SideBySide(runs);
        addHeading("", "Side by side");
        page.append(sideBySide.environments());
        for (String load : sideBySide.loads()) {
            page.append("<h3>").append(Html.escape(load)).append("</h3>\n")
                    .append(sideBySide.table(load));
            addFigures(List.of(sideBySide.chart(load, palette)));
        }
        SectionsSideBySide sections = new SectionsSideBySide(runs);
        for (String section : sections.names()) {
            page.append("<h3>").append(Html.escape(section)).append("</h3>\n")
                    .append(sections.table(section));
        }
    }

    /** Adds a heading, and a link to it in the contents. */
    private void addHeading(String css, String words) {
        String id = "h" + ++headings;
        page.append("<h2").append(css).append(" id=\"").append(id).append("\">")
                .append(Html.escape(words)).append("</h2>\n");
        contents.append("<a").append(css).append(" href=\"#").append(id).append("\">")
                .append(Html.escape(words)).append("</a> ");
    }

    private void addRun(Run run) throws IOException {
        Results results = run.results();
        if (runs.size() > 1) {
            addHeading(" class=\"run\"", run.label());
        }
        addEnvironment(results);
        for (LoadResult load : results.loads()) {
            addHeading("", load.load().name());
            page.append(LoadHtml.table(load));
            addKey(load.servers());
            addFigures(loadCharts.of(load));
        }
        List<Chart> growth = loadCharts.growth(results.loads());
        if (!growth.isEmpty()) {
            addHeading("", "Growth with connections");
            addKey(plots(List.of(run)).getFirst());
            addFigures(growth);
        }
        for (Section section : results.sections()) {
            addHeading("", section.name());
            page.append(SectionHtml.table(section));
            addFigures(SectionHtml.charts(section, palette));
        }
    }

    private void addFigures(List<Chart> charts) throws IOException {
        page.append("<div class=\"figures\">\n");
        for (Chart chart : charts) {
            page.append("<figure>").append(svg.inline(chart));
            if (chart instanceof LineChart lines) {
                addChoice(lines);
            }
            page.append("</figure>\n");
        }
        page.append("</div>\n");
    }

    /** Boxes that choose the lines of a plot, at most {@link FewLines#MOST}; the style does the rest. */
    private void addChoice(LineChart chart) {
        choices++;
        page.append("<form class=\"choice\" autocomplete=\"off\">");
        for (int i = 0; i < chart.lines().size(); i++) {
            Line line = chart.lines().get(i);
            String id = "c" + choices + "-" + i;
            page.append("<input type=\"checkbox\" id=\"").append(id).append("\" value=\"")
                    .append(line.color().variable()).append("\"")
                    .append(line.shown() ? " checked" : "").append("><label for=\"").append(id)
                    .append("\"><i style=\"background:var(").append(line.color().variable())
                    .append(")\"></i>").append(Html.escape(line.name())).append("</label>");
        }
        page.append("</form>\n");
    }

    /** The color of each server. */
    private void addKey(List<String> servers) {
        page.append("<ul class=\"key\">");
        for (String server : servers) {
            page.append("<li><i style=\"background:var(").append(palette.of(server).variable())
                    .append(")\"></i>").append(Html.escape(server));
            String note = notes.getOrDefault(server, "");
            page.append(note.isEmpty() ? "" : " <small>" + Html.escape(note) + "</small>")
                    .append("</li>");
        }
        page.append("</ul>\n");
    }

    private void addEnvironment(Results results) {
        Environment environment = results.environment();
        Settings settings = results.settings();
        page.append("<dl>\n");
        addTerm("Processor", environment.processor() + "; " + environment.processors()
                + " processors; governor: " + environment.governor());
        addTerm("System", environment.kernel());
        addTerm("Java", environment.java() + "; Netty " + environment.netty());
        addTerm("Project", "commit " + environment.commit());
        addFlags(settings.jvmFlags());
        addTerm("Run", format(ROOT, "%s UTC; %d cycles of %d ms slices; pinning: %s; seed %d",
                environment.date().replace("T", " ").replace("Z", ""), settings.cycles(),
                settings.sliceMillis(), settings.pinning(), settings.seed()));
        results.unavailable().forEach((server, reason) -> addTerm("Not run",
                server + ": " + reason));
        results.notes().forEach(note -> addTerm("Note", note));
        page.append("</dl>\n");
    }

    private void addTerm(String term, String words) {
        page.append("<dt>").append(term).append("</dt><dd>").append(Html.escape(words))
                .append("</dd>\n");
    }

    /** Allows a line break between two flags, not within one. */
    private void addFlags(String flags) {
        page.append("<dt>Servers</dt><dd>a process each; JVM flags:");
        for (String flag : flags.split(" (?=-)", -1)) {
            page.append(" <span class=\"flag\">").append(Html.escape(flag)).append("</span>");
        }
        page.append("</dd>\n");
    }

    private void addReading() throws IOException {
        page.append("<details open>\n<summary>How to read this page</summary>\n")
                .append(resource("reading.html")).append("</details>\n");
    }
}
