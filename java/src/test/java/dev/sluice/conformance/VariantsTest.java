package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.Backend;
import dev.sluice.Capabilities;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole suite, again and again on io_uring: with each optional feature switched off in turn, as
 * on a kernel that lacks it; with what is off as a rule switched on; with so few buffers in the
 * kernel that they are exhausted all the time; and with rings that are full all the time.
 */
@Timeout(900)
class VariantsTest {
    private static final Pattern SWITCH = Pattern.compile("sluice\\.uring\\.[a-z_]+");

    /** The suite is not smaller than this; a test that is skipped here counts too. */
    private static final int LEAST_TESTS = 400;

    private static VariantRuns runs;

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

    /** One for each feature that works here; none where there is no io_uring. */
    static Stream<Variant> switchedOff() {
        // The send without a copy is off as a rule.
        return switches().stream()
                .filter(property -> !property.endsWith("zero_copy_send"))
                .map(Variant::without);
    }

    private static List<Variant> variants() {
        Stream<Variant> others = Stream.of(
                Variant.of("sluice.uring.zero_copy_send", "1"),
                Variant.of("sluice.uring.buffers", "1"),
                Variant.of("sluice.uring.submissions", "1", "sluice.uring.completions", "2"),
                Variant.of("sluice.uring.submissions", "8", "sluice.uring.completions", "8"));
        return Stream.concat(switchedOff(), others).toList();
    }

    @BeforeAll
    static void requireRing() {
        assumeTrue(uring().isPresent(), () -> "needs io_uring: " + Capabilities.report());
    }

    @AfterAll
    static void end() {
        if (runs != null) {
            runs.close();
        }
    }

    @SuppressWarnings("unused") // named by @MethodSource
    private static List<Variant> theVariants() throws IOException {
        List<Variant> all = variants();
        runs = new VariantRuns(all);
        return all;
    }

    @ParameterizedTest
    @MethodSource("theVariants")
    @Tag("thorough")
    void theContractHoldsWith(Variant variant) {
        VariantRuns.Result result = runs.await(variant);
        assertThat(result.failures()).isEmpty();
        assertThat(result.passed() + result.leftOut()).isGreaterThan(LEAST_TESTS);
    }

    /** As before Linux 5.13: each poll ends once, also that of the wake-ups. */
    @Test
    void withoutMultishotPollsWakeUpsAndReadinessWork() throws Exception {
        String property = "sluice.uring.multishot_poll";
        assertThat(switches()).contains(property);
        List<Class<?>> part = List.of(
                AnyThreadTest.class, ReadinessTest.class, HalfCloseTest.class, HandlerTest.class);
        List<String> program = new ArrayList<>(List.of("-D" + property + "=off",
                "-Dsluice.test.backends=io_uring", SuitePart.class.getName()));
        part.forEach(type -> program.add(type.getName()));
        JavaCommand.Outcome outcome = JavaCommand.run(program);
        assertThat(outcome.code()).as("%s", outcome).isZero();
        assertThat(outcome.lines()).anyMatch(line -> line.matches("passed [4-9]\\d"));
    }

    /** Otherwise the runs above would prove nothing. */
    @Test
    void aSwitchIsSeenInTheReport() {
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
