package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTest {
    @Test
    void nameHasConnectionsBytesAndMessagesInFlight() {
        assertThat(Load.parse("64x16384")).isEqualTo(new Load(64, 16384, 1));
        assertThat(Load.parse("64x64p16")).isEqualTo(new Load(64, 64, 16));
        assertThat(Load.parse("64x64p16-unpinned"))
                .isEqualTo(new Load(64, 64, 16, Load.Place.UNPINNED));
    }

    @Test
    void everyStandardLoadIsParsedFromItsName() {
        assertThat(Load.STANDARD).allSatisfy(
                load -> assertThat(Load.parse(load.name())).isEqualTo(load));
        assertThat(Load.STANDARD).extracting(Load::name)
                .containsExactly("1x64", "64x64", "1000x64", "64x1024", "64x16384", "64x65536",
                        "64x64p16", "64x64-unpinned");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64", "x64", "64x", "64x64p", "64x64p0", "0x64", "64x0", "-1x64",
        "64 x 64", "64x64p16p2", "64x64-pinned", "99999999x1", "1x99999999"})
    void whatIsNoLoadIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Load.parse(name));
    }
}
