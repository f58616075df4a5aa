package dev.sluice.bench.report;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A colour for each row of a report: relatives have relatives of a colour. */
final class Palette {
    private static final List<Ink> SLUICE = List.of(Ink.SLUICE_0, Ink.SLUICE_1, Ink.SLUICE_2,
            Ink.SLUICE_3);
    private static final List<Ink> NETTY = List.of(Ink.NETTY_0, Ink.NETTY_1, Ink.NETTY_2,
            Ink.NETTY_3);
    private static final List<Ink> JDK = List.of(Ink.JDK_0, Ink.JDK_1, Ink.JDK_2, Ink.JDK_3);
    private static final List<Ink> C = List.of(Ink.C_0, Ink.C_1, Ink.C_2, Ink.C_3);
    private static final List<Ink> OTHER = List.of(Ink.OTHER_0, Ink.OTHER_1, Ink.OTHER_2,
            Ink.OTHER_3);

    private final Map<String, Ink> inks = new HashMap<>();

    /** For these names, in their order. */
    Palette(Collection<String> names) {
        Map<List<Ink>, Integer> used = new HashMap<>();
        for (String name : names) {
            if (!inks.containsKey(name)) {
                List<Ink> family = family(name);
                int shade = used.merge(family, 1, Integer::sum) - 1;
                inks.put(name, family.get(shade % family.size()));
            }
        }
    }

    private static List<Ink> family(String name) {
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
