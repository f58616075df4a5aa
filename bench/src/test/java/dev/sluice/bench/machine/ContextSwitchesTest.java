package dev.sluice.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ContextSwitchesTest {
    private static final int LOOKS = 200;
    private static final int AT_ONCE = 16;

    @Test
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
                assertThat(Machine.here()
                        .contextSwitches(ProcessHandle.current().pid()).byThread())
                        .isNotEmpty();
            }
        } finally {
            over.set(true);
            starting.join();
        }
    }

    @Test
    void aThreadThatHasEndedTakesNothingAwayAndOneThatIsNewCountsWhole() {
        ContextSwitches before = new ContextSwitches(Map.of(1L, 10L, 2L, 5000L));
        ContextSwitches after = new ContextSwitches(Map.of(1L, 12L, 3L, 4L));
        assertThat(after.since(before)).isEqualTo(6);
    }
}
