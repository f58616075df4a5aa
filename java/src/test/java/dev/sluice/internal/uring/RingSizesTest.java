package dev.sluice.internal.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RingSizesTest {
    private static final String SUBMISSIONS = "sluice.uring.submissions";
    private static final String COMPLETIONS = "sluice.uring.completions";
    private static final String BUFFERS = "sluice.uring.buffers";

    @AfterEach
    void unset() {
        System.clearProperty(SUBMISSIONS);
        System.clearProperty(COMPLETIONS);
        System.clearProperty(BUFFERS);
    }

    @Test
    void theNumberOfReadyBuffersIsOursUnlessItIsSet() {
        assertThat(RingSizes.buffersSet()).isZero();
        System.setProperty(BUFFERS, "1");
        assertThat(RingSizes.buffersSet()).isEqualTo(1);
        System.setProperty(BUFFERS, "-1");
        assertThatThrownBy(RingSizes::buffersSet)
                .hasMessage(BUFFERS + " is -1: use 1 to 32768");
    }

    @Test
    void thePropertiesSetThem() {
        System.setProperty(SUBMISSIONS, "2");
        System.setProperty(COMPLETIONS, " 4 ");
        assertThat(RingSizes.ofThisPort()).isEqualTo(new RingSizes(2, 4));
    }

    @Test
    void moreSubmissionsBringMoreCompletions() {
        System.setProperty(SUBMISSIONS, "16384");
        assertThat(RingSizes.ofThisPort()).isEqualTo(new RingSizes(16_384, 16_384));
    }

    @Test
    void aWrongSizeIsReportedWithItsPropertyAndItsBounds() {
        System.setProperty(SUBMISSIONS, "many");
        assertThatThrownBy(RingSizes::ofThisPort)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(SUBMISSIONS + " is many");
        System.setProperty(SUBMISSIONS, "0");
        assertThatThrownBy(RingSizes::ofThisPort)
                .hasMessage(SUBMISSIONS + " is 0: use 1 to 32768");
        System.setProperty(SUBMISSIONS, "64");
        System.setProperty(COMPLETIONS, "32");
        assertThatThrownBy(RingSizes::ofThisPort)
                .hasMessage(COMPLETIONS + " is 32: use 64 to 32768");
    }
}
