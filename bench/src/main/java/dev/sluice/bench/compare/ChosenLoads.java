package dev.sluice.bench.compare;

import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.Load.Place;
import dev.sluice.bench.peers.Task;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The loads that a comparison runs.
 *
 * @param echo messages of one size in a closed loop
 * @param special the other loads
 * @param fresh those that start each server anew, in the order of their names
 * @param counts true if system calls and the like are counted
 */
public record ChosenLoads(List<Load> echo, List<SpecialLoad> special, List<FreshLoad> fresh,
        boolean counts) {
    /** The names of what runs without names. */
    public static final List<String> STANDARD = Stream.concat(
            Load.STANDARD.stream().map(Load::name),
            Stream.of(ProxyLoad.NAME, UdpLoads.NAME)).toList();

    /** The names of what runs without names in a minute: small and large messages, and time. */
    public static final List<String> QUICK = List.of("64x64", "64x16384", ProxyLoad.NAME);

    static ChosenLoads ofEcho(Load load) {
        return new ChosenLoads(List.of(load), List.of(), List.of(), false);
    }

    static ChosenLoads ofSpecial(SpecialLoad... loads) {
        return new ChosenLoads(List.of(), List.of(loads), List.of(), false);
    }

    static ChosenLoads ofFresh(FreshLoad load) {
        return new ChosenLoads(List.of(), List.of(), List.of(load), false);
    }

    private ChosenLoads and(ChosenLoads more) {
        return new ChosenLoads(both(echo, more.echo), both(special, more.special),
                both(fresh, more.fresh), counts || more.counts);
    }

    private static <T> List<T> both(List<T> one, List<T> other) {
        return Stream.concat(one.stream(), other.stream()).distinct().toList();
    }

    /**
     * Returns the loads of those names; without names, the standard ones.
     *
     * @throws IllegalArgumentException if a name is not that of a load
     */
    public static ChosenLoads parse(List<String> names, boolean counts) {
        ChosenLoads chosen = new ChosenLoads(List.of(), List.of(), List.of(), counts);
        for (String name : new LinkedHashSet<>(names.isEmpty() ? STANDARD : names)) {
            chosen = chosen.and(parse(name.toLowerCase(Locale.ROOT)));
        }
        return chosen;
    }

    private static ChosenLoads parse(String name) {
        return LoadTypes.ALL.stream().flatMap(type -> type.parse(name).stream()).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no load is named '" + name
                        + "'; there are " + LoadTypes.names()));
    }

    /** True if any load needs warm servers that echo. */
    boolean echoes() {
        return !echo(Place.BY_LOAD).isEmpty() || counts
                || special.stream().anyMatch(load -> load.task() == Task.ECHO);
    }

    /** Those of the echo loads that run there. */
    List<Load> echo(Place place) {
        return echo.stream().filter(load -> load.place() == place).toList();
    }
}
