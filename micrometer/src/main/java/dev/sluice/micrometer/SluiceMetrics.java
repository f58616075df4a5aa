package dev.sluice.micrometer;

import dev.sluice.CompletionPort;
import dev.sluice.OpenPorts;
import dev.sluice.PortStatistics;
import dev.sluice.net.PortGroup;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers {@link PortStatistics} as meters, for each open port or summed over a group.
 *
 * <p>Each open port of the process has meters of its own, with the tags {@code port} (its number) and {@code backend}.
 * Meters of new ports are added, and those of closed ports removed, within 10 seconds, by a daemon thread that runs
 * from the first {@link #bindTo} to {@link #close}. The meters of a group have the tag {@code backend} and show sums
 * over its ports.
 *
 * <p>Reading a meter makes no system call, and costs the port's thread nothing. No meter keeps a port or a group from
 * being collected.
 *
 * <p>Any thread may call.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>kind, unit</th><th>further tag</th></tr>
 * <tr><td>sluice.port.sockets</td><td>gauge, sockets</td><td></td></tr>
 * <tr><td>sluice.port.operations</td><td>gauge, operations</td><td></td></tr>
 * <tr><td>sluice.port.tasks</td><td>gauge, tasks</td><td></td></tr>
 * <tr><td>sluice.port.buffers</td><td>gauge, buffers</td><td>state: free, used, provided</td></tr>
 * <tr><td>sluice.port.polls</td><td>counter, polls</td><td></td></tr>
 * <tr><td>sluice.port.events</td><td>counter, events</td><td></td></tr>
 * <tr><td>sluice.port.system.calls</td><td>counter, calls</td><td>kind: wait, submit, try, other</td></tr>
 * <tr><td>sluice.port.accept.failures</td><td>counter, failures</td><td></td></tr>
 * <tr><td>sluice.port.asleep</td><td>counter, seconds</td><td></td></tr>
 * <tr><td>sluice.port.handling.max</td><td>gauge, time</td><td></td></tr>
 * </table>
 */
public final class SluiceMetrics implements MeterBinder, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SluiceMetrics.class);

    private static final long SECONDS_BETWEEN_LOOKS = 10;

    /** Null: of all ports of the process. */
    private final @Nullable WeakReference<PortGroup> group;

    private final Tags tags;

    // Guarded by this.

    private final Map<MeterRegistry, Registered> registered = new HashMap<>();

    private @Nullable ScheduledExecutorService looking;

    /**
     * What one registry has.
     *
     * @param meters by the name of the port, or "" for a group
     * @param refused ports without meters, for the registry threw
     */
    private record Registered(Map<String, List<Meter>> meters, Set<String> refused) {}

    /** Creates the meters of all ports of the process. */
    public SluiceMetrics() {
        this(Tags.empty());
    }

    /**
     * Creates the meters of all ports of the process.
     *
     * @param tags of each meter, in addition to its own
     */
    public SluiceMetrics(Iterable<Tag> tags) {
        this.group = null;
        this.tags = Tags.of(tags);
    }

    /**
     * Creates the meters of one group: sums over its ports.
     *
     * @param group referred to weakly; its user keeps it
     * @param tags of each meter in addition to its own, by which the meters of several groups differ
     */
    public SluiceMetrics(PortGroup group, Iterable<Tag> tags) {
        this.group = new WeakReference<>(group);
        this.tags = Tags.of(tags);
    }

    /**
     * Registers the meters; a second call for the same registry does nothing. If the registry throws, a group has no
     * meters and the exception comes to the caller; of ports, see {@link #refresh}.
     */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (registered.containsKey(registry)) {
            return;
        }
        Registered bound = new Registered(new HashMap<>(), new HashSet<>());
        if (group != null) {
            PortGroup present = group.get();
            if (present != null) {
                String backend = present.backend().toString();
                bound.meters.put("", PortMeters.register(
                        registry, present, PortGroup::statistics, tags.and("backend", backend)));
            }
            registered.put(registry, bound);
            return;
        }
        registered.put(registry, bound);
        refresh();
        if (looking == null) {
            looking = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("sluice-metrics").factory());
            var _ = looking.scheduleWithFixedDelay(this::refresh, SECONDS_BETWEEN_LOOKS,
                    SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS);
        }
    }

    /**
     * Registers the meters of ports that were opened, and removes those of ports that are closed, now. Does nothing for
     * a group. If a registry throws, the log has a line at WARN, that port has no meters in it, and the next look tries
     * again.
     */
    public synchronized void refresh() {
        if (group != null) {
            return;
        }
        Map<String, CompletionPort> open = OpenPorts.byName();
        registered.forEach((registry, bound) -> {
            List<String> closed = new ArrayList<>(bound.meters.keySet());
            closed.removeAll(open.keySet());
            closed.forEach(name -> remove(registry, bound, name));
            bound.refused.retainAll(open.keySet());
            open.forEach((name, port) -> register(registry, bound, name, port));
        });
    }

    /** An exception would end the look-out for all ports and registries. */
    private void register(
            MeterRegistry registry, Registered bound, String name, CompletionPort port) {
        if (bound.meters.containsKey(name)) {
            return;
        }
        try {
            bound.meters.put(name, PortMeters.register(
                    registry, port, CompletionPort::statistics, tagsOf(name, port)));
            bound.refused.remove(name);
        } catch (RuntimeException | Error refusal) {
            if (bound.refused.add(name)) {
                LOG.warn("{} has no meters in {}, which is tried again each {} seconds: {}", name,
                        registry, SECONDS_BETWEEN_LOOKS, refusal.toString());
            }
            LOG.debug("the meters of {} were refused here", name, refusal);
        }
    }

    private static void remove(MeterRegistry registry, Registered bound, String name) {
        List<Meter> removed = bound.meters.remove(name);
        assert removed != null : name;
        try {
            removed.forEach(registry::remove);
        } catch (RuntimeException | Error failure) {
            LOG.warn("meters of {}, which is closed, may remain in {}", name, registry, failure);
        }
    }

    private Tags tagsOf(String name, CompletionPort port) {
        String number = name.substring(name.lastIndexOf(' ') + 1);
        return tags.and("port", number, "backend", port.backend().toString());
    }

    /**
     * Removes the meters from all registries, and stops the thread that watches for ports. A second call does
     * nothing.
     */
    @Override
    public synchronized void close() {
        if (looking != null) {
            looking.shutdownNow();
            looking = null;
        }
        registered.forEach((registry, bound) -> bound.meters.values()
                .forEach(each -> each.forEach(registry::remove)));
        registered.clear();
    }
}
