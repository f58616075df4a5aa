package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Backend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@link SteadyState} in Java virtual machines that ran nothing else. Which short-lived objects
 * compiled code does without depends on all that ran before, and varies from run to run. So one of a
 * few new machines must do without any allocation. An allocation of the library would show in all of
 * them.
 */
@Timeout(900)
class AllocationTest {
    private static final int ATTEMPTS = 3;

    @BeforeEach
    void needsTheCounter() {
        Needs.allocationCounter();
    }

    /** Each backend as it is, and io_uring without each of its features in turn. */
    @SuppressWarnings("unused") // named by @MethodSource
    private static Stream<Arguments> backendsAndVariants() {
        Stream<Arguments> asTheyAre = BackendsUnderTest.all().stream()
                .map(backend -> Arguments.of(backend, new Variant(Map.of())));
        Stream<Arguments> without = VariantsTest.switchedOff()
                .map(variant -> Arguments.of(Backend.IO_URING, variant));
        return Stream.concat(asTheyAre, without);
    }

    @ParameterizedTest
    @MethodSource("backendsAndVariants")
    void anEchoAllocatesNothing(Backend backend, Variant variant) throws Exception {
        JavaCommand.Outcome outcome = run(backend, variant);
        for (int attempt = 1; attempt < ATTEMPTS && outcome.code() != 0; attempt++) {
            System.out.println("once more, after " + outcome);
            outcome = run(backend, variant);
        }
        assertThat(outcome.lines()).first().asString()
                .isEqualTo(Needs.isLinux() ? "passed 9" : "passed 7");
        assertThat(outcome.code()).as("%s", outcome.lines()).isZero();
    }

    private static JavaCommand.Outcome run(Backend backend, Variant variant)
            throws IOException, InterruptedException {
        List<String> program = new ArrayList<>();
        variant.settings().forEach((name, value) -> program.add("-D" + name + "=" + value));
        program.add("-Dsluice.test.backends=" + backend.name().toLowerCase(Locale.ROOT));
        program.add(SuitePart.class.getName());
        program.add(SteadyState.class.getName());
        return JavaCommand.run(program);
    }
}
