package dev.sluice.bench.report;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import dev.sluice.bench.results.LoadResult;
import dev.sluice.bench.results.ServerSummary;
import dev.sluice.bench.results.Ties;
import dev.sluice.bench.results.Ties.Place;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The table of a load. */
final class LoadHtml {
    private LoadHtml() {}

    static String table(LoadResult result) {
        String head = Html.headings("server", "msg/s", "ratio", "p50 \u00b5s", "p99 \u00b5s",
                "p99.9 \u00b5s", "CPU ns/msg", "ratio [95%]", "place", "heap B/msg",
                "generator busy");
        Map<String, Place> places = Ties.of(result);
        StringBuilder body = new StringBuilder();
        for (ServerSummary summary : result.summaries()) {
            body.append(row(result, summary, places.get(summary.server())));
        }
        String caption = Html.escape(result.load().description() + "; " + result.placement());
        return Html.table(caption, head, body.toString()) + disturbed(result);
    }

    private static String row(LoadResult result, ServerSummary summary,
            @Nullable Place place) {
        boolean isBaseline = summary.server().equals(result.baseline());
        OptionalDouble bytes = summary.bytesPerMessage();
        return Html.row(Html.escape(summary.server()),
                format(ROOT, "%,.0f", summary.messagesPerSecond()),
                Figures.ratio(summary.throughputRatio().median()),
                Figures.micros(summary.latency().p50Nanos()),
                Figures.micros(summary.latency().p99Nanos()),
                Figures.micros(summary.latency().p999Nanos()),
                format(ROOT, "%,.0f", summary.cpuNanosPerMessage()),
                isBaseline ? "baseline" : Figures.interval(summary.cpuRatio()),
                place == null ? "" : place(place),
                bytes.isPresent() ? format(ROOT, "%.2f", bytes.getAsDouble()) : "\u2013",
                busy(result.generatorShare(summary.server())));
    }

    private static String place(Place place) {
        return place.isTie() ? "<span class=\"tie\">" + place + " tie</span>" : place.toString();
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
                        ? "count all the same: rough figures."
                        : "do not count.")
                + "</p>\n";
    }
}
