package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalWidthTest {
    @ParameterizedTest
    @CsvSource({"'50 132 ', 132", "24 80, 80", "'', 110", "0 0, 110", "stty: not a tty, 110",
        "24 999999, 110"})
    void theSecondNumberOfSttyIsTheWidth(String answer, int columns) {
        assertThat(TerminalWidth.parse(answer)).isEqualTo(columns);
    }
}
