package dev.sluice.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ContextSwitchesTest {
    private static final int LOOKS = 200;
    private static final int AT_ONCE = 16;

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "read from /proc")
    void threadsThatEndWhileTheyAreLookedAtDoNoHarm() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread starting = Thread.ofPlatform().daemon().start(() -> {
            List<Thread> brief = new ArrayList<>();
            while (!over.get()) {
                while (brief.size() < AT_ONCE) {
                    brief.add(Thread.ofPlatform().daemon().start(() -> {}));
                }
                brief.removeIf(thread -> !thread.isAlive());
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
