package dev.sluice.bench.report;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import dev.sluice.bench.results.Interval;
import dev.sluice.bench.results.LoadResult;
import dev.sluice.bench.results.Ranking;
import dev.sluice.bench.results.Ranking.Rank;
import dev.sluice.bench.results.ServerSummary;
import dev.sluice.bench.results.Verdict;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The table of a load. */
final class LoadHtml {
    private LoadHtml() {}

    static String table(LoadResult result) {
        String head =
                Html.headings("rank", "server", "msg/s", "ratio", "p50 \u00b5s", "p99 \u00b5s",
                        "p99.9 \u00b5s", "CPU ns/msg", "ratio [95%]", "against NIO, JDK, Netty",
                        "heap B/msg", "generator busy");
        Map<String, Rank> ranks = Ranking.of(result);
        Map<String, Verdict> verdicts = Verdict.of(result);
        StringBuilder body = new StringBuilder();
        for (ServerSummary summary : result.byCpu()) {
            body.append(row(result, summary, ranks.get(summary.server()),
                    verdicts.get(summary.server())));
        }
        String caption = Html.escape(result.load().description() + "; " + result.placement());
        return Html.table(caption, head, body.toString()) + losses(verdicts)
                + disturbed(result);
    }

    private static String row(LoadResult result, ServerSummary summary, @Nullable Rank rank,
            @Nullable Verdict verdict) {
        boolean isBaseline = summary.server().equals(result.baseline());
        OptionalDouble bytes = summary.bytesPerMessage();
        return Html.row(summary.server(), rank == null ? "" : rank.toString(),
                format(ROOT, "%,.0f", summary.messagesPerSecond()),
                Figures.ratio(summary.throughputRatio().median()),
                Figures.micros(summary.latency().p50Nanos()),
                Figures.micros(summary.latency().p99Nanos()),
                Figures.micros(summary.latency().p999Nanos()),
                format(ROOT, "%,.0f", summary.cpuNanosPerMessage()),
                isBaseline ? "baseline" : interval(summary.cpuRatio()),
                verdict == null ? "" : verdict(verdict),
                bytes.isPresent() ? format(ROOT, "%.2f", bytes.getAsDouble()) : "\u2013",
                busy(result.generatorShare(summary.server())));
    }

    private static String interval(Interval ratio) {
        String words = Figures.interval(ratio);
        return ratio.isTooNoisy() ? "<span class=\"noisy\">" + words + "</span>" : words;
    }

    /** A line for each row that loses, as the names of its badge are not printed. */
    static String losses(Map<String, Verdict> verdicts) {
        StringBuilder lines = new StringBuilder();
        verdicts.forEach((row, verdict) -> lines.append(verdict.lostTo().isEmpty()
                ? ""
                : "<p class=\"note\"><strong>" + Html.escape(row) + "</strong> loses to "
                        + Html.escape(String.join(", ", verdict.lostTo())) + ".</p>\n"));
        return lines.toString();
    }

    /** Writes wins and losses, with the names of the rivals as the badge's title. */
    static String verdict(Verdict verdict) {
        String badges = badge("win", "wins", verdict.beaten())
                + badge("lose", "loses", verdict.lostTo());
        return badges.isEmpty() ? badge("tie", "ties", verdict.open()) : badges;
    }

    private static String badge(String css, String word, List<String> names) {
        return names.isEmpty()
                ? ""
                : "<span class=\"" + css + "\" title=\"" + Html.escape(String.join(", ", names))
                        + "\">" + word + " " + names.size() + "</span>";
    }

    private static String busy(OptionalDouble share) {
        if (share.isEmpty()) {
            return "polls";
        }
        String percent = format(ROOT, "%.0f%%", share.getAsDouble() * 100);
        return share.getAsDouble() > LoadResult.SATURATED
                ? "<strong>" + percent + ", saturated</strong>"
                : percent;
    }

    private static String disturbed(LoadResult result) {
        if (result.disturbed() == 0) {
            return "";
        }
        return "<p class=\"note\">" + result.disturbed() + " of " + result.slices().size()
                + " slices were disturbed by other processes and "
                + (result.countsDisturbed()
                        ? "count nevertheless: the figures are rough."
                        : "do not count.")
                + "</p>\n";
    }
}
