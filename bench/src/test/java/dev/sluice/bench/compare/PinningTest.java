package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.load.Generator.Waiting;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class PinningTest {
    private static final BitSet FOUR = BitSet.valueOf(new long[]{0b1111});
    private static final BitSet SINGLE = BitSet.valueOf(new long[]{0b100});

    @Test
    void oneConnectionHasAProcessorForEachSideWhereThereAreTwo() {
        assertThat(Pinning.defaultFor(1, 2)).isEqualTo(Pinning.TWO);
        assertThat(Pinning.defaultFor(1, 1)).isEqualTo(Pinning.ONE);
        assertThat(Pinning.defaultFor(64, 2)).isEqualTo(Pinning.ONE);
    }

    @Test
    void oneSharesAProcessorAndNeverPolls() {
        Pinning.Placement placement = Pinning.ONE.place(FOUR, Waiting.SPIN);
        assertThat(placement.server()).isEqualTo(placement.generator());
        assertThat(placement.server().stream()).containsExactly(3);
        assertThat(placement.waiting()).isEqualTo(Waiting.BLOCK);
    }

    @Test
    void twoSeparatesThem() {
        Pinning.Placement placement = Pinning.TWO.place(FOUR, Waiting.SPIN);
        assertThat(placement.server().stream()).containsExactly(3);
        assertThat(placement.generator().stream()).containsExactly(2);
        assertThat(placement.waiting()).isEqualTo(Waiting.SPIN);
    }

    @Test
    void twoOnASingleProcessorIsOne() {
        assertThat(Pinning.TWO.place(SINGLE, Waiting.SPIN))
                .isEqualTo(Pinning.ONE.place(SINGLE, Waiting.SPIN));
    }

    @Test
    void noneLeavesAllProcessorsToBoth() {
        Pinning.Placement placement = Pinning.NONE.place(FOUR, Waiting.BLOCK);
        assertThat(placement.server()).isEqualTo(FOUR);
        assertThat(placement.generator()).isEqualTo(FOUR);
    }
}
