package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.spi.Outcome;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StatusTest {
    @Test
    void statusAndOutcomeHaveTheSameNamesInTheSameOrder() {
        assertThat(Arrays.stream(Status.values()).map(Enum::name))
                .containsExactlyElementsOf(
                        Arrays.stream(Outcome.values()).map(Enum::name).toList());
    }

    @ParameterizedTest
    @EnumSource
    void eachOutcomeIsTheStatusOfItsName(Outcome outcome) {
        assertThat(Status.of(outcome)).hasToString(outcome.name());
    }

    @Test
    void timeoutsAndTemporaryFailuresAreMarked() {
        assertThat(Status.values()).filteredOn(Status::isTimeout)
                .containsExactly(Status.DEADLINE, Status.TIMED_OUT);
        assertThat(Status.values()).filteredOn(Status::isTemporary)
                .containsExactlyInAnyOrder(Status.NO_BUFFERS, Status.OUT_OF_MEMORY,
                        Status.OUT_OF_DESCRIPTORS, Status.DEADLINE);
    }
}
