package dev.sluice.bench.report;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import dev.sluice.bench.results.Environment;
import dev.sluice.bench.results.Interval;
import dev.sluice.bench.results.LoadResult;
import dev.sluice.bench.results.Ranking;
import dev.sluice.bench.results.Ranking.Rank;
import dev.sluice.bench.results.Results;
import dev.sluice.bench.results.ServerSummary;
import dev.sluice.bench.results.Settings;
import dev.sluice.bench.results.Verdict;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results as text, for a terminal of 110 columns: first how to read the tables, then the tables. */
public final class ResultTable {
    static final int WIDTH = 110;

    private static final String ROW = "%5s %s %-20s %9s %6s %6s %6s %6s %-19s %6s  %s";
    private static final String GROUPS = " ".repeat(40)
            + "latency in \u00b5s    CPU per message             heap  against";

    private final Results results;
    private final List<String> lines = new ArrayList<>();

    /** Shows those results. */
    public ResultTable(Results results) {
        this.results = results;
    }

    /** Returns all lines: the environment, the key to the tables, and a table for each load. */
    public List<String> lines() {
        addEnvironment();
        if (!results.loads().isEmpty()) {
            addKey();
        }
        results.loads().forEach(this::addLoad);
        results.sections().forEach(section -> new SectionTable(section).lines().forEach(this::add));
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
        add(format(ROOT, ROW, "rank", " ", "server", "msg/s", "p50", "p99", "p99.9", "ns",
                "ratio [95%]", "B/msg", rivals(result)));
        Map<String, Rank> ranks = Ranking.of(result);
        Map<String, Verdict> verdicts = Verdict.of(result);
        for (ServerSummary summary : result.byCpu()) {
            addRow(result, summary, ranks.get(summary.server()), verdicts.get(summary.server()));
        }
        verdicts.forEach((row, verdict) -> {
            if (!verdict.lostTo().isEmpty()) {
                add(row + " LOSES to " + String.join(", ", verdict.lostTo()) + ".");
            }
        });
        addGenerator(result);
        addDisturbed(result);
    }

    private static String rivals(LoadResult result) {
        long count = result.servers().stream().filter(Verdict::isRival).count();
        return count == 0 ? "" : count + (count == 1 ? " rival" : " rivals");
    }

    private void addRow(LoadResult result, ServerSummary summary, @Nullable Rank rank,
            @Nullable Verdict verdict) {
        boolean isBaseline = summary.server().equals(result.baseline());
        String last = verdict == null ? "" : verdict.words();
        add(format(ROOT, ROW, rank == null ? "" : rank,
                Verdict.isSluice(summary.server()) ? "*" : " ", summary.server(),
                format(ROOT, "%,.0f", summary.messagesPerSecond()),
                Figures.micros(summary.latency().p50Nanos()),
                Figures.micros(summary.latency().p99Nanos()),
                Figures.micros(summary.latency().p999Nanos()),
                format(ROOT, "%,.0f", summary.cpuNanosPerMessage()),
                isBaseline ? "1 (baseline)" : Figures.interval(summary.cpuRatio()),
                summary.bytesPerMessage().isPresent()
                        ? format(ROOT, "%.2f", summary.bytesPerMessage().getAsDouble())
                        : "-",
                last));
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
            add("The generator polls, so it is always busy.");
            return;
        }
        add(format(ROOT, "The generator was busy %.0f to %.0f%% of the time.",
                shares.getMin() * 100, shares.getMax() * 100));
        if (!saturating.isEmpty()) {
            add("It was saturated by " + String.join(", ", saturating)
                    + ": their throughput is the limit of the generator.");
        }
    }

    private void addDisturbed(LoadResult result) {
        if (result.disturbed() == 0) {
            return;
        }
        String slices = result.disturbed() + " of " + result.slices().size()
                + " slices were disturbed by other processes";
        add(slices + (result.countsDisturbed()
                ? "; they count nevertheless, so the figures are rough."
                : " and do not count."));
    }

    private void addKey() {
        add("");
        add("How to read the tables");
        add("  *        a row of Sluice. Rows are sorted by CPU time, the least first.");
        add("  rank     2-4 is shared: the 95% interval of the ratio of these rows contains 1, so their"
                + " order is open.");
        add("  latency  from the send of a message to the whole of its echo: 50, 99 and 99.9% took at"
                + " most this long.");
        add("  CPU      time of the server's whole process, compilers and garbage collector included."
                + " The ratio is the");
        add("           median, over the cycles, of the ratio to the baseline in the same cycle. (a-b) is"
                + " the range of");
        add("           fewer than " + Interval.FEWEST_VALUES
                + " cycles. \"Too noisy\": the ends differ by more than half.");
        add("  heap     bytes that the serving thread allocated.");
        add("  against  the rivals, which are the rows of NIO, the JDK and Netty: a row of Sluice wins if"
                + " it takes less");
        add("           CPU time, loses if it takes more, and ties with the others.");
        add("  check    before each load, every server echoed every byte correctly.");
        add("  servers  \"sluice help compare\" describes them.");
    }

    private void add(String line) {
        lines.add(line.stripTrailing());
    }
}
