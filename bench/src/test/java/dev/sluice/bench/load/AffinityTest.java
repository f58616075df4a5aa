package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.BitSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class AffinityTest {
    @Test
    void aListHasRangesAndSingles() {
        assertThat(Affinity.parseList("0-2,5,8-9").stream()).containsExactly(0, 1, 2, 5, 8, 9);
    }

    @Test
    void whatIsNoListIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Affinity.parseList(""));
        assertThatIllegalArgumentException().isThrownBy(() -> Affinity.parseList("3-1"));
        assertThatIllegalArgumentException().isThrownBy(() -> Affinity.parseList("1-2-3"));
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "sched_setaffinity is Linux's")
    void aBoundThreadStaysBoundAndLeavesOthersAlone() throws Exception {
        BitSet before = Affinity.ofCallingThread();
        BitSet one = new BitSet();
        one.set(before.nextSetBit(0));
        Callable<BitSet> bindAndLook = () -> {
            Affinity.bindCallingThread(one);
            return Affinity.ofCallingThread();
        };
        try (var executor = Executors.newSingleThreadExecutor()) {
            assertThat(executor.submit(bindAndLook).get()).isEqualTo(one);
        }
        assertThat(Affinity.ofCallingThread()).isEqualTo(before);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "sched_setaffinity is Linux's")
    void anEmptySetIsRefused() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Affinity.bindCallingThread(new BitSet()));
    }
}
