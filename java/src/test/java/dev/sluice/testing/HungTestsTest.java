package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.sluice.conformance.JavaCommand;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A test that does not heed its own limit ends its process, with the place where it waits. */
@Timeout(120)
class HungTestsTest {
    @Test
    void aTestThatIgnoresInterruptsEndsTheProcess() throws Exception {
        JavaCommand.Outcome outcome = JavaCommand.run(List.of(
                "-D" + HungTests.LIMIT + "=2", Child.class.getName()));
        assertThat(outcome.code()).as("%s", outcome.lines()).isEqualTo(HungTests.EXIT_CODE);
        assertThat(outcome.lines())
                .anyMatch(
                        line -> line.startsWith("HUNG HungTestsTest$NeverEnds.ignoresInterrupts(): "
                                + "no end after 2 s"))
                .anyMatch(line -> line.contains("at ") && line.contains("ignoresInterrupts"));
    }

    /** What runs in the process of its own. */
    static final class Child {
        public static void main(String[] arguments) {
            LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request()
                    .selectors(selectClass(NeverEnds.class)).build());
        }
    }

    /** Surefire does not run it: the class is nested. */
    static class NeverEnds {
        @Test
        @Timeout(1)
        void ignoresInterrupts() {
            while (true) {
                LockSupport.park();
            }
        }
    }
}
