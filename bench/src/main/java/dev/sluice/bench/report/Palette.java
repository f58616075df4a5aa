package dev.sluice.bench.report;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A colour for each row of a report. Related rows have similar colours, and no two rows of a plot
 * have the same colour until the colours run out.
 */
final class Palette {
    private static final List<ReportColor> SLUICE = family("SLUICE");
    private static final List<ReportColor> NETTY = family("NETTY");
    private static final List<ReportColor> JDK = family("JDK");
    private static final List<ReportColor> C = family("C");
    private static final List<ReportColor> OTHER = family("OTHER");

    private final Map<String, ReportColor> colors = new HashMap<>();

    /** Takes the names of each plot, in their order; a name has the same colour in all of them. */
    Palette(Collection<List<String>> plots) {
        for (List<String> plot : plots) {
            for (String name : plot) {
                if (!colors.containsKey(name)) {
                    colors.put(name, choose(name, usedBeside(name, plots)));
                }
            }
        }
    }

    private Set<ReportColor> usedBeside(String name, Collection<List<String>> plots) {
        Set<ReportColor> used = EnumSet.noneOf(ReportColor.class);
        plots.stream().filter(plot -> plot.contains(name)).flatMap(List::stream)
                .filter(colors::containsKey).forEach(beside -> used.add(of(beside)));
        return used;
    }

    /** Returns the first free colour of the name's family, else the first free colour. */
    private static ReportColor choose(String name, Set<ReportColor> used) {
        List<ReportColor> family = familyOf(name);
        return Stream.of(family, OTHER, SLUICE, NETTY, JDK, C).flatMap(List::stream)
                .filter(color -> !used.contains(color)).findFirst().orElse(family.getFirst());
    }

    private static List<ReportColor> family(String name) {
        return Stream.of(ReportColor.values()).filter(color -> color.name().startsWith(name + "_"))
                .toList();
    }

    private static List<ReportColor> familyOf(String name) {
        if (name.startsWith("sluice")) {
            return SLUICE;
        }
        if (name.startsWith("netty")) {
            return NETTY;
        }
        if (name.startsWith("nio") || name.startsWith("jdk")) {
            return JDK;
        }
        return name.startsWith("c-") ? C : OTHER;
    }

    ReportColor of(String name) {
        return colors.getOrDefault(name, ReportColor.OTHER_0);
    }
}
