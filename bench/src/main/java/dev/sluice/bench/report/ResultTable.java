package dev.sluice.bench.report;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import dev.sluice.bench.results.Environment;
import dev.sluice.bench.results.Interval;
import dev.sluice.bench.results.LoadResult;
import dev.sluice.bench.results.Results;
import dev.sluice.bench.results.ServerSummary;
import dev.sluice.bench.results.Settings;
import dev.sluice.bench.results.Ties;
import dev.sluice.bench.results.Ties.Place;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results as text, for a terminal of 110 columns. */
public final class ResultTable {
    private static final String ROW = "%-20s %9s %6s %6s %6s %6s %6s %-19s %5s %5s %s";
    private static final String GROUPS = " ".repeat(40)
            + "latency in us       CPU per message               heap";

    private final Results results;
    private final Map<String, String> notes;
    private final List<String> lines = new ArrayList<>();
    private boolean hasRange;
    private boolean hasTies;

    /**
     * A table of the results.
     *
     * @param notes a few words on a server, by its name
     */
    public ResultTable(Results results, Map<String, String> notes) {
        this.results = results;
        this.notes = notes;
    }

    /** All lines: the environment, a table for each load, and what is to be known about them. */
    public List<String> lines() {
        addEnvironment();
        results.loads().forEach(this::addLoad);
        results.sections().forEach(section -> new SectionTable(section).lines().forEach(this::add));
        if (!results.loads().isEmpty()) {
            addFooter();
        }
        return lines;
    }

    private void addEnvironment() {
        Environment environment = results.environment();
        Settings settings = results.settings();
        add("Processor  " + environment.processor() + "; " + environment.processors()
                + " processors; governor: " + environment.governor());
        add("System     " + environment.kernel());
        add("Java       " + environment.java() + "; Netty " + environment.netty() + "; commit "
                + environment.commit());
        add("Servers    a process each; JVM flags:");
        addWrapped(settings.jvmFlags());
        add(format(ROOT, "Run        %s UTC; %d cycles of %d ms slices; pinning: %s; seed %d",
                environment.date().replace("T", " ").replace("Z", ""), settings.cycles(),
                settings.sliceMillis(), settings.pinning(), settings.seed()));
        results.unavailable()
                .forEach((server, reason) -> add("Not run    " + server + ": " + reason));
        results.notes().forEach(note -> add("Note       " + note));
    }

    private void addWrapped(String words) {
        StringBuilder line = new StringBuilder();
        for (String word : words.split(" ", -1)) {
            if (line.length() + word.length() > 90) {
                add("           " + line.toString().strip());
                line.setLength(0);
            }
            line.append(word).append(' ');
        }
        add("           " + line.toString().strip());
    }

    private void addLoad(LoadResult result) {
        add("");
        add(result.load().name() + ": " + result.load().description() + "; "
                + result.placement());
        add(GROUPS);
        add(format(ROOT, ROW, "server", "msg/s", "ratio", "p50", "p99", "p99.9", "ns",
                "ratio [95%]", "place", "B/msg", "note"));
        Map<String, Place> places = Ties.of(result);
        for (ServerSummary summary : result.summaries()) {
            addRow(result, summary, places.get(summary.server()));
        }
        addGenerator(result);
        addDisturbed(result);
    }

    private void addRow(LoadResult result, ServerSummary summary, @Nullable Place place) {
        hasTies |= place != null && place.isTie();
        boolean isBaseline = summary.server().equals(result.baseline());
        hasRange |= !summary.cpuRatio().isConfidence();
        String note = isBaseline ? "baseline" : notes.getOrDefault(summary.server(), "");
        add(format(ROOT, ROW, summary.server(), format(ROOT, "%,.0f", summary.messagesPerSecond()),
                Figures.ratio(summary.throughputRatio().median()),
                Figures.micros(summary.latency().p50Nanos()),
                Figures.micros(summary.latency().p99Nanos()),
                Figures.micros(summary.latency().p999Nanos()),
                format(ROOT, "%,.0f", summary.cpuNanosPerMessage()),
                isBaseline ? "1" : Figures.interval(summary.cpuRatio()),
                place == null ? "" : place,
                summary.bytesPerMessage().isPresent()
                        ? format(ROOT, "%.2f", summary.bytesPerMessage().getAsDouble())
                        : "-",
                note));
    }

    private void addGenerator(LoadResult result) {
        List<String> saturating = new ArrayList<>();
        DoubleSummaryStatistics shares = new DoubleSummaryStatistics();
        for (String server : result.servers()) {
            result.generatorShare(server).ifPresent(share -> {
                shares.accept(share);
                if (share > LoadResult.SATURATED) {
                    saturating.add(server);
                }
            });
        }
        if (shares.getCount() == 0) {
            add("The generator polls, and so is always busy.");
            return;
        }
        add(format(ROOT, "The generator was busy %.0f to %.0f%% of the time.",
                shares.getMin() * 100, shares.getMax() * 100));
        if (!saturating.isEmpty()) {
            add("It was saturated by " + String.join(", ", saturating)
                    + ": that throughput is the generator's own limit.");
        }
    }

    private void addDisturbed(LoadResult result) {
        if (result.disturbed() == 0) {
            return;
        }
        String slices = result.disturbed() + " of " + result.slices().size()
                + " slices were disturbed by other processes";
        add(slices + (result.countsDisturbed()
                ? " and count all the same: rough figures."
                : " and do not count."));
    }

    private void addFooter() {
        add("");
        add("CPU     time of the server's whole process, compilers and collector included; the ratio"
                + " is the median");
        add("        over the cycles of the ratio to the baseline within a cycle.");
        if (hasRange) {
            add("        (a-b) is the range of all cycles: 95% take at least "
                    + Interval.FEWEST_VALUES + ".");
        }
        if (hasTies) {
            add("place   by CPU time; 2-4 is a tie: rows whose places overlap cannot all be told apart,"
                    + " since the 95%");
            add("        interval of their ratio, taken in pairs, encloses 1, or there are too few"
                    + " cycles.");
        }
        add("heap    bytes the serving thread allocated there; what the harness itself allocates is"
                + " not in it.");
        add("check   every server echoed every byte right under every load, in a pass of its own.");
    }

    private void add(String line) {
        lines.add(line.stripTrailing());
    }
}
