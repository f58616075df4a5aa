package dev.sluice.bench.compare;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Results as text, for a terminal of 110 columns. */
final class ResultTable {
    private static final String ROW = "%-20s %9s %6s %6s %6s %7s %7s  %-19s %6s  %s";
    private static final String GROUPS = " ".repeat(40)
            + "latency in us         CPU per message             heap";
    private static final double NANOS_PER_MICRO = 1e3;

    private final Results results;
    private final Map<String, String> notes;
    private final List<String> lines = new ArrayList<>();
    private boolean hasRange;

    /**
     * A table of the results.
     *
     * @param notes a few words on a server, by its name
     */
    ResultTable(Results results, Map<String, String> notes) {
        this.results = results;
        this.notes = notes;
    }

    /** All lines: the environment, a table for each load, and what is to be known about them. */
    List<String> lines() {
        addEnvironment();
        results.loads().forEach(this::addLoad);
        addFooter();
        return lines;
    }

    private void addEnvironment() {
        Environment environment = results.environment();
        Settings settings = results.settings();
        add("Processor  " + environment.processor() + "; " + environment.processors()
                + " processors; governor: " + environment.governor());
        add("System     " + environment.kernel());
        add("Java       " + environment.java() + "; Netty " + environment.netty());
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
                "ratio [95%]", "B/msg", "note"));
        for (ServerSummary summary : result.summaries()) {
            addRow(result, summary);
        }
        addDisturbed(result);
    }

    private void addRow(LoadResult result, ServerSummary summary) {
        boolean isBaseline = summary.server().equals(result.baseline());
        hasRange |= !summary.cpuRatio().isConfidence();
        String note = isBaseline ? "baseline" : notes.getOrDefault(summary.server(), "");
        add(format(ROOT, ROW, summary.server(), format(ROOT, "%,.0f", summary.messagesPerSecond()),
                ratio(summary.throughputRatio().median()),
                micros(summary.latency().p50Nanos()), micros(summary.latency().p99Nanos()),
                micros(summary.latency().p999Nanos()),
                format(ROOT, "%,.0f", summary.cpuNanosPerMessage()),
                isBaseline ? "1" : interval(summary.cpuRatio()),
                summary.bytesPerMessage().isPresent()
                        ? format(ROOT, "%.2f", summary.bytesPerMessage().getAsDouble())
                        : "-",
                note));
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
        add("heap    bytes the serving thread allocated there; what the harness itself allocates is"
                + " not in it.");
        add("check   every server echoed every byte right under every load, in a pass of its own.");
    }

    private static String interval(Interval interval) {
        String ends = ratio(interval.low()) + "-" + ratio(interval.high());
        return ratio(interval.median())
                + (interval.isConfidence() ? " [" + ends + "]" : " (" + ends + ")");
    }

    private static String ratio(double ratio) {
        return format(ROOT, ratio < 9.9995 ? "%.3f" : "%.1f", ratio);
    }

    private static String micros(long nanos) {
        double micros = nanos / NANOS_PER_MICRO;
        return format(ROOT, micros < 99.95 ? "%.1f" : "%,.0f", micros);
    }

    private void add(String line) {
        lines.add(line.stripTrailing());
    }
}
