package dev.sluice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.CompletionPort;
import dev.sluice.OpenPorts;
import dev.sluice.PortStatistics;
import dev.sluice.net.Connection;
import dev.sluice.net.Dialer;
import dev.sluice.net.Listener;
import dev.sluice.net.ListenerOptions;
import dev.sluice.net.PortGroup;
import dev.sluice.net.Server;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class SluiceMetricsTest {
    private static final Set<String> NAMES = new TreeSet<>(Set.of(
            "sluice.port.sockets", "sluice.port.operations", "sluice.port.tasks",
            "sluice.port.buffers", "sluice.port.polls", "sluice.port.events",
            "sluice.port.system.calls", "sluice.port.accept.failures", "sluice.port.asleep",
            "sluice.port.handling.max"));

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void closeRegistry() {
        registry.close();
    }

    private Set<String> names() {
        return names(registry);
    }

    private static Set<String> names(MeterRegistry registry) {
        return registry.getMeters().stream().map(meter -> meter.getId().getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private double counter(String name, Tags tags) {
        return registry.get("sluice.port." + name).tags(tags).functionCounter().count();
    }

    private double gauge(String name, Tags tags) {
        return registry.get("sluice.port." + name).tags(tags).gauge().value();
    }

    /** Serves echoes from a group, and exchanges bytes with it. */
    private static void exchange(PortGroup group, int messages, Runnable whileConnected)
            throws Exception {
        Listener listener =
                Listener.open("127.0.0.1:0", ListenerOptions.DEFAULT.group(group));
        Server server = Server.on(listener, connection -> connection.transferTo(connection));
        server.start();
        try (Connection client = Dialer.DEFAULT.group(group).dial(listener.address())) {
            byte[] bytes = new byte[100];
            for (int i = 0; i < messages; i++) {
                client.write(bytes);
                client.readFully(bytes);
            }
            whileConnected.run();
        }
        assertThat(server.stop(Duration.ofMinutes(1)).failed()).isZero();
    }

    @Test
    void aLiveServerShowsInTheMetersOfItsGroup() throws Exception {
        try (PortGroup group = PortGroup.open();
                SluiceMetrics metrics = new SluiceMetrics(group, Tags.of("group", "test"))) {
            metrics.bindTo(registry);
            metrics.bindTo(registry);
            assertThat(names()).isEqualTo(NAMES);
            Tags tags = Tags.of("group", "test", "backend", group.backend().toString());
            exchange(group, 50, () -> {
                assertThat(gauge("sockets", tags)).as("listener, client, server").isEqualTo(3);
                assertThat(gauge("operations", tags)).isPositive();
            });
            PortStatistics now = group.statistics();
            assertThat(counter("events", tags)).isPositive()
                    .isLessThanOrEqualTo((double) group.statistics().events());
            assertThat(counter("polls", tags)).isBetween(1.0, (double) group.statistics().polls());
            double calls = 0;
            for (String kind : Set.of("wait", "submit", "try", "other")) {
                calls += counter("system.calls", tags.and("kind", kind));
            }
            assertThat(calls).isGreaterThanOrEqualTo((double) now.systemCalls())
                    .isLessThanOrEqualTo((double) group.statistics().systemCalls());
            double buffers = gauge("buffers", tags.and("state", "free"))
                    + gauge("buffers", tags.and("state", "used"))
                    + gauge("buffers", tags.and("state", "provided"));
            assertThat(buffers).isEqualTo(
                    now.freeBuffers() + now.usedBuffers() + now.providedBuffers());
            assertThat(gauge("tasks", tags)).isNotNegative();
            assertThat(counter("accept.failures", tags)).isZero();
            TimeGauge longest = registry.get("sluice.port.handling.max").tags(tags).timeGauge();
            assertThat(longest.value(TimeUnit.NANOSECONDS)).isNotNegative();
            double asleep = counter("asleep", tags);
            assertThat(asleep).isBetween(
                    now.asleepNanos() / 1e9, group.statistics().asleepNanos() / 1e9);
            FunctionCounter seconds =
                    registry.get("sluice.port.asleep").tags(tags).functionCounter();
            assertThat(seconds.getId().getBaseUnit()).isEqualTo("seconds");
            assertThat(seconds.getId().getDescription()).isNotBlank();
        }
        assertThat(registry.getMeters()).as("after the close").isEmpty();
    }

    private Set<String> portsInMeters() {
        return registry.find("sluice.port.events").meters().stream().map(Meter::getId)
                .map(id -> "port " + id.getTag("port"))
                .collect(Collectors.toSet());
    }

    @Test
    void eachPortOfTheProcessHasMetersWhileItIsOpen() throws Exception {
        try (SluiceMetrics metrics = new SluiceMetrics(Tags.of("app", "x"))) {
            metrics.bindTo(registry);
            Set<String> before = portsInMeters();
            try (CompletionPort port = CompletionPort.open()) {
                String name = nameOf(port);
                assertThat(before).doesNotContain(name);
                metrics.refresh();
                assertThat(portsInMeters()).contains(name);
                Tags tags = Tags.of("app", "x", "backend", port.backend().toString(), "port",
                        name.substring("port ".length()));
                double polls = counter("polls", tags);
                port.poll(0);
                assertThat(counter("polls", tags)).isEqualTo(polls + 1);
            }
            metrics.refresh();
            assertThat(portsInMeters()).isEqualTo(before);
        }
    }

    /** Returns a registry that refuses one of the last meters while that is true. */
    private static MeterRegistry refusing(AtomicBoolean refuses) {
        MeterRegistry strict = new SimpleMeterRegistry();
        strict.config().meterFilter(new MeterFilter() {
            @Override
            public MeterFilterReply accept(Meter.Id id) {
                if (refuses.get() && id.getName().equals("sluice.port.asleep")) {
                    throw new IllegalStateException("a meter too many");
                }
                return MeterFilterReply.NEUTRAL;
            }
        });
        return strict;
    }

    @Test
    void aRegistryThatThrowsHasNoPartOfThePortsMetersAndIsTriedAgain() throws Exception {
        AtomicBoolean refuses = new AtomicBoolean(true);
        MeterRegistry strict = refusing(refuses);
        try (CompletionPort port = CompletionPort.open();
                SluiceMetrics metrics = new SluiceMetrics()) {
            metrics.bindTo(strict);
            metrics.bindTo(registry);
            assertThat(strict.getMeters()).isEmpty();
            assertThat(portsInMeters()).contains(nameOf(port));
            refuses.set(false);
            metrics.refresh();
            assertThat(names(strict)).isEqualTo(NAMES);
        }
        assertThat(strict.getMeters()).isEmpty();
        strict.close();
    }

    @Test
    void aGroupWhoseMetersAreRefusedCanBeBoundAgain() throws Exception {
        AtomicBoolean refuses = new AtomicBoolean(true);
        MeterRegistry strict = refusing(refuses);
        try (PortGroup group = PortGroup.open();
                SluiceMetrics metrics = new SluiceMetrics(group, Tags.empty())) {
            assertThatThrownBy(() -> metrics.bindTo(strict))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(strict.getMeters()).isEmpty();
            refuses.set(false);
            metrics.bindTo(strict);
            assertThat(names(strict)).isEqualTo(NAMES);
        }
        strict.close();
    }

    private static String nameOf(CompletionPort port) {
        return OpenPorts.byName().entrySet().stream()
                .filter(entry -> entry.getValue() == port).findAny().orElseThrow().getKey();
    }

    @Test
    void metersKeepNoPortFromBeingCollected() throws Exception {
        try (SluiceMetrics metrics = new SluiceMetrics()) {
            WeakReference<CompletionPort> closed = closedPort(metrics);
            while (!closed.refersTo(null)) { // The limit of the test ends it.
                System.gc();
                Thread.sleep(10);
            }
            metrics.refresh();
            assertThat(portsInMeters()).isEqualTo(OpenPorts.byName().keySet());
        }
    }

    private WeakReference<CompletionPort> closedPort(SluiceMetrics metrics) throws Exception {
        try (CompletionPort port = CompletionPort.open()) {
            metrics.bindTo(registry);
            assertThat(portsInMeters()).contains(nameOf(port));
            return new WeakReference<>(port);
        }
    }
}
