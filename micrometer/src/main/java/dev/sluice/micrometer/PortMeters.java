package dev.sluice.micrometer;

import dev.sluice.PortStatistics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one port, or of one group.
 *
 * @param <T> the port or the group; Micrometer's meters refer to it weakly
 */
final class PortMeters<T> {
    private static final double NANOS_PER_SECOND = 1e9;

    private final MeterRegistry registry;
    private final T source;
    private final Function<T, PortStatistics> statistics;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();

    private PortMeters(
            MeterRegistry registry, T source, Function<T, PortStatistics> statistics, Tags tags) {
        this.registry = registry;
        this.source = source;
        this.statistics = statistics;
        this.tags = tags;
    }

    /** Registers the meters; returns them, to be removed. If one is refused, there is none afterwards. */
    static <T> List<Meter> register(
            MeterRegistry registry, T source, Function<T, PortStatistics> statistics, Tags tags) {
        PortMeters<T> all = new PortMeters<>(registry, source, statistics, tags);
        boolean whole = false;
        try {
            all.sizes();
            all.counts();
            all.times();
            whole = true;
            return all.meters;
        } finally {
            if (!whole) {
                all.meters.forEach(registry::remove);
            }
        }
    }

    private void sizes() {
        size("sockets", "sockets", "Open sockets, listeners included", PortStatistics::sockets);
        size("operations", "operations", "Operations in flight",
                PortStatistics::pendingOperations);
        size("tasks", "tasks", "Tasks that have not run yet", PortStatistics::waitingTasks);
        buffers("free", PortStatistics::freeBuffers);
        buffers("used", PortStatistics::usedBuffers);
        buffers("provided", PortStatistics::providedBuffers);
    }

    private void counts() {
        count("polls", tags, "polls", "Polls of the port", PortStatistics::polls);
        count("events", tags, "events", "Events delivered", PortStatistics::events);
        calls("wait", PortStatistics::waitCalls);
        calls("submit", PortStatistics::submitCalls);
        calls("try", PortStatistics::tryCalls);
        calls("other", PortStatistics::otherCalls);
        count("accept.failures", tags, "failures",
                "Accepts that failed, such as when no descriptor is free",
                PortStatistics::acceptFailures);
    }

    private void times() {
        count("asleep", tags, "seconds", "Time in the kernel's wait",
                now -> now.asleepNanos() / NANOS_PER_SECOND);
        Function<T, PortStatistics> of = statistics;
        meters.add(TimeGauge
                .builder("sluice.port.handling.max", source, TimeUnit.NANOSECONDS,
                        from -> of.apply(from).longestHandlingNanos())
                .description("Longest run of handlers and tasks in the last 10 to 20 seconds")
                .tags(tags).register(registry));
    }

    private void buffers(String state, ToDoubleFunction<PortStatistics> value) {
        gauge("buffers", tags.and("state", state), "buffers", "Buffers of the pool", value);
    }

    private void size(
            String name, String unit, String description, ToDoubleFunction<PortStatistics> value) {
        gauge(name, tags, unit, description, value);
    }

    private void calls(String kind, ToDoubleFunction<PortStatistics> value) {
        count("system.calls", tags.and("kind", kind), "calls", "System calls of the port", value);
    }

    // The functions below refer to neither this nor the source, which must stay collectable.

    private void gauge(String name, Tags all, String unit, String description,
            ToDoubleFunction<PortStatistics> value) {
        Function<T, PortStatistics> of = statistics;
        meters.add(Gauge
                .builder("sluice.port." + name, source,
                        from -> value.applyAsDouble(of.apply(from)))
                .description(description).baseUnit(unit).tags(all).register(registry));
    }

    private void count(String name, Tags all, String unit, String description,
            ToDoubleFunction<PortStatistics> value) {
        Function<T, PortStatistics> of = statistics;
        meters.add(FunctionCounter
                .builder("sluice.port." + name, source,
                        from -> value.applyAsDouble(of.apply(from)))
                .description(description).baseUnit(unit).tags(all).register(registry));
    }
}
