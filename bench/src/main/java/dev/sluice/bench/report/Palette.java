package dev.sluice.bench.report;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A colour for each row of a report: relatives have relatives of a colour, and no two rows of a plot
 * the same, as long as there are as many colours.
 */
final class Palette {
    private static final List<Ink> SLUICE = family("SLUICE");
    private static final List<Ink> NETTY = family("NETTY");
    private static final List<Ink> JDK = family("JDK");
    private static final List<Ink> C = family("C");
    private static final List<Ink> OTHER = family("OTHER");

    private final Map<String, Ink> inks = new HashMap<>();

    /** For the names of each plot, in their order; a name has the same colour in all of them. */
    Palette(Collection<List<String>> plots) {
        for (List<String> plot : plots) {
            for (String name : plot) {
                if (!inks.containsKey(name)) {
                    inks.put(name, choose(name, usedBeside(name, plots)));
                }
            }
        }
    }

    private Set<Ink> usedBeside(String name, Collection<List<String>> plots) {
        Set<Ink> used = EnumSet.noneOf(Ink.class);
        plots.stream().filter(plot -> plot.contains(name)).flatMap(List::stream)
                .filter(inks::containsKey).forEach(beside -> used.add(of(beside)));
        return used;
    }

    /** The first of its family that is free, else the first of any. */
    private static Ink choose(String name, Set<Ink> used) {
        List<Ink> family = familyOf(name);
        return Stream.of(family, OTHER, SLUICE, NETTY, JDK, C).flatMap(List::stream)
                .filter(ink -> !used.contains(ink)).findFirst().orElse(family.getFirst());
    }

    private static List<Ink> family(String name) {
        return Stream.of(Ink.values()).filter(ink -> ink.name().startsWith(name + "_")).toList();
    }

    private static List<Ink> familyOf(String name) {
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

    Ink of(String name) {
        return inks.getOrDefault(name, Ink.OTHER_0);
    }
}
