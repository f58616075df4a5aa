package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ContextSwitchesTest {
    private static final int LOOKS = 50;

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "read from /proc")
    void threadsThatEndWhileTheyAreLookedAtDoNoHarm() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread starting = Thread.ofPlatform().daemon().start(() -> {
            while (!over.get()) {
                Thread.ofPlatform().daemon().start(() -> {});
            }
        });
        try {
            for (int i = 0; i < LOOKS; i++) {
                assertThat(ContextSwitches.of(ProcessHandle.current().pid()).byThread())
                        .isNotEmpty();
            }
        } finally {
            over.set(true);
            starting.join();
        }
    }

    @Test
    void aThreadThatHasEndedTakesNothingAwayAndOneThatIsNewCountsWhole() {
        ContextSwitches before = new ContextSwitches(Map.of("1", 10L, "2", 5000L));
        ContextSwitches after = new ContextSwitches(Map.of("1", 12L, "3", 4L));
        assertThat(after.since(before)).isEqualTo(6);
    }
}
