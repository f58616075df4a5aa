package dev.sluice.bench.results;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * How a row of Sluice compares with the rows of NIO, the JDK and Netty in the same table, by CPU
 * time. A rival is beaten, or wins, if the 95% interval of the ratio, taken in pairs, does not
 * contain 1.
 *
 * @param beaten the rivals that need more CPU time
 * @param lostTo the rivals that need less
 * @param open the rivals whose order to the row is open
 */
public record Verdict(List<String> beaten, List<String> lostTo, List<String> open) {
    /** How a name of a row ends whose server has no time-outs; it is compared with such rows alone. */
    public static final String UNTIMED = "-untimed";

    /** True for a row of Sluice. */
    public static boolean isSluice(String row) {
        return row.startsWith("sluice-");
    }

    /** True for a row of NIO, the JDK or Netty. */
    public static boolean isRival(String row) {
        return row.startsWith("nio") || row.startsWith("jdk") || row.startsWith("netty");
    }

    /** The verdicts of a load, by the names of Sluice's rows. */
    public static Map<String, Verdict> of(LoadResult result) {
        return of(result.servers(), (row, rival) -> Optional.of(PairedSlices.ratio(
                result.counted(row), result.counted(rival), Slice::cpuNanosPerMessage)));
    }

    /** The verdicts of a section; empty if no column is the CPU time. */
    public static Map<String, Verdict> of(Section section) {
        if (section.cpuColumn().isEmpty()) {
            return Map.of();
        }
        int cpu = section.cpuColumn().getAsInt();
        return of(section.rows().stream().map(Section.Row::name).toList(),
                (row, rival) -> section.ratio(
                        section.row(row), section.row(rival), cpu));
    }

    private static Map<String, Verdict> of(List<String> rows,
            BiFunction<String, String, Optional<Interval>> ratio) {
        List<String> rivals = rows.stream().filter(Verdict::isRival).toList();
        Map<String, Verdict> verdicts = new LinkedHashMap<>();
        if (rivals.isEmpty()) {
            return verdicts;
        }
        for (String row : rows.stream().filter(Verdict::isSluice).toList()) {
            Verdict verdict = new Verdict(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (String rival : rivals) {
                if (row.endsWith(UNTIMED) != rival.endsWith(UNTIMED)) {
                    continue;
                }
                ratio.apply(row, rival).ifPresent(of -> verdict.listFor(of).add(rival));
            }
            if (!verdict.isEmpty()) {
                verdicts.put(row, verdict);
            }
        }
        return verdicts;
    }

    /** True where no rival has a ratio, such as where the clock did not move. */
    private boolean isEmpty() {
        return beaten.isEmpty() && lostTo.isEmpty() && open.isEmpty();
    }

    private List<String> listFor(Interval ratio) {
        if (Ranking.isTie(ratio)) {
            return open;
        }
        return ratio.median() < 1 ? beaten : lostTo;
    }

    /** Such as "WINS against nio; LOSES to netty-epoll; ties with nio2.". */
    public String sentence() {
        List<String> parts = new ArrayList<>();
        addPart(parts, "WINS against ", beaten);
        addPart(parts, "LOSES to ", lostTo);
        addPart(parts, "ties with ", open);
        return String.join("; ", parts) + ".";
    }

    private static void addPart(List<String> parts, String words, List<String> names) {
        if (!names.isEmpty()) {
            parts.add(words + String.join(", ", names));
        }
    }

    /** Such as "WINS 4, LOSES 1"; against the rest the order is open. */
    public String words() {
        if (beaten.isEmpty() && lostTo.isEmpty()) {
            return "ties " + open.size();
        }
        String wins = beaten.isEmpty() ? "" : "WINS " + beaten.size();
        String losses = lostTo.isEmpty() ? "" : "LOSES " + lostTo.size();
        return wins + (wins.isEmpty() || losses.isEmpty() ? "" : ", ") + losses;
    }
}
