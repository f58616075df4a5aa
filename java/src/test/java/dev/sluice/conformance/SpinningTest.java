package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole suite once more, with owners that look for a while before they sleep. */
@Timeout(900)
@Tag("thorough")
class SpinningTest {
    private static final int LOOKS = 200;

    /** The suite is not smaller than this. */
    private static final int LEAST_TESTS = 400;

    @ParameterizedTest
    @MethodSource("dev.sluice.conformance.BackendsUnderTest#all")
    void theContractHoldsWhereTheOwnerSpins(Backend backend) throws Exception {
        Needs.nativeX86("an emulator takes very long for it");
        Needs.linux("under Wine each look asks a server of Wine's");
        List<String> program = new ArrayList<>(List.of(
                "-ea",
                "-D" + ConformanceTest.LOOKS + "=" + LOOKS,
                "-Dsluice.test.backends=" + backend.name().toLowerCase(Locale.ROOT),
                SuitePart.class.getName()));
        SuitePart.whole().forEach(type -> program.add(type.getName()));
        JavaCommand.Outcome outcome = JavaCommand.run(program);
        assertThat(outcome.code()).as("%s", String.join("\n", outcome.lines())).isZero();
        assertThat(outcome.lines()).anyMatch(line -> line.matches("passed \\d+")
                && Integer.parseInt(line.substring("passed ".length())) > LEAST_TESTS);
    }
}
