package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Backend;
import dev.sluice.Capabilities;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * A part of the suite, again and again on io_uring: with each optional feature switched off in turn,
 * as on a kernel that lacks it, with what is off as a rule switched on, and with rings so small that
 * they are full all the time.
 */
@Timeout(900)
class VariantsTest {
    private static final String BACKENDS = "sluice.test.backends";
    private static final Pattern SWITCH = Pattern.compile("sluice\\.uring\\.[a-z_]+");

    /** Whatever is switched off. */
    private static final List<Class<?>> ALWAYS = List.of(
            AbortTest.class, CancelTest.class, CloseTest.class, FairnessTest.class,
            HalfCloseTest.class, PooledReceiveTest.class, ShutdownTest.class, StreamDataTest.class);

    /** What a switch is most likely to break beside. */
    private static final Map<String, List<Class<?>>> ESPECIALLY = Map.of(
            "sluice.uring.defer_taskrun",
            List.of(CrossThreadTest.class, PortCloseTest.class, OverflowTest.class),
            "sluice.uring.multishot_accept",
            List.of(AcceptTest.class, HandOverTest.class, DescriptorReuseTest.class),
            "sluice.uring.buffer_ring",
            List.of(DatagramTest.class, EndOfStreamTest.class, PortCloseTest.class),
            "sluice.uring.multishot_receive",
            List.of(DatagramTest.class, DescriptorReuseTest.class));

    /** Not what cancels sends that nobody reads: without a copy those end when somebody does. */
    private static final List<Class<?>> WITHOUT_COPIES = List.of(
            AbortTest.class, AddressesTest.class, EndOfStreamTest.class, GracefulCloseTest.class,
            HalfCloseTest.class, PendingAtCloseTest.class, PooledReceiveTest.class,
            PortCloseTest.class, ReadinessTest.class, ShutdownTest.class);

    private static final List<Class<?>> IN_SMALL_RINGS = List.of(
            AbortTest.class, AcceptTest.class, CancelTest.class, CloseTest.class,
            CrossThreadTest.class, DatagramTest.class, DescriptorReuseTest.class,
            FairnessTest.class, HalfCloseTest.class, OverflowTest.class, PortCloseTest.class,
            ReadinessTest.class, ShutdownTest.class, StreamDataTest.class);

    /**
     * One run.
     *
     * @param settings by property
     */
    record Variant(Map<String, String> settings, List<Class<?>> classes) {
        static Variant without(String property) {
            List<Class<?>> classes = new ArrayList<>(ALWAYS);
            classes.addAll(ESPECIALLY.getOrDefault(property, List.of()));
            return new Variant(Map.of(property, "off"), classes);
        }

        static Variant ofRings(int submissions, int completions) {
            Map<String, String> settings = Map.of(
                    "sluice.uring.submissions", String.valueOf(submissions),
                    "sluice.uring.completions", String.valueOf(completions));
            return new Variant(settings, IN_SMALL_RINGS);
        }

        @Override
        public String toString() {
            return settings.toString();
        }
    }

    private static Optional<Capabilities.Support> uring() {
        return Capabilities.report().stream()
                .filter(support -> support.backend() == Backend.IO_URING && support.available())
                .findAny();
    }

    /** The switches that the report itself names, so that a new one is not forgotten. */
    private static List<String> switches() {
        return uring().stream()
                .flatMap(support -> support.features().stream())
                .filter(Capabilities.Feature::available)
                .map(feature -> SWITCH.matcher(feature.detail()))
                .filter(Matcher::find)
                .map(Matcher::group)
                .toList();
    }

    @SuppressWarnings("unused") // named by @MethodSource
    private static Stream<Variant> variants() {
        Stream<Variant> others = Stream.of(
                new Variant(Map.of("sluice.uring.zero_copy_send", "1"), WITHOUT_COPIES),
                Variant.ofRings(1, 2),
                Variant.ofRings(8, 8));
        // That is off as a rule.
        Stream<Variant> without = switches().stream()
                .filter(property -> !property.endsWith("zero_copy_send"))
                .map(Variant::without);
        return Stream.concat(without, others);
    }

    @ParameterizedTest
    @MethodSource("variants")
    void theContractHoldsWith(Variant variant) {
        assumeTrue(uring().isPresent(), () -> "needs io_uring: " + Capabilities.report());
        Map<String, String> settings = new HashMap<>(variant.settings());
        settings.put(BACKENDS, Backend.IO_URING.toString());
        Map<String, Optional<String>> before = new HashMap<>();
        settings.forEach((property, value) -> before.put(
                property, Optional.ofNullable(System.setProperty(property, value))));
        try {
            TestExecutionSummary summary = SuitePart.run(variant.classes());
            assertThat(summary.getFailures())
                    .allSatisfy(failure -> assertThat(failure.getException())
                            .as("%s with %s", failure.getTestIdentifier().getUniqueId(), variant)
                            .isNull());
            assertThat(summary.getTestsSucceededCount()).isGreaterThan(100);
        } finally {
            before.forEach((property, value) -> value.ifPresentOrElse(
                    old -> System.setProperty(property, old),
                    () -> System.clearProperty(property)));
        }
    }

    /** Otherwise the runs above would prove nothing. */
    @Test
    void aSwitchIsSeenInTheReport() {
        assumeTrue(uring().isPresent(), () -> "needs io_uring: " + Capabilities.report());
        assertThat(switches()).hasSizeGreaterThanOrEqualTo(2);
        for (String property : switches()) {
            System.setProperty(property, "off");
            try {
                assertThat(uring().orElseThrow().features())
                        .filteredOn(feature -> feature.detail().contains(property + "=off"))
                        .singleElement()
                        .matches(feature -> !feature.available(), "is off");
            } finally {
                System.clearProperty(property);
            }
        }
    }
}
