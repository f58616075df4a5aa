package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.Backend;
import dev.sluice.conformance.JavaCommand;
import dev.sluice.testing.OwnLoopback;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** An idle port uses no CPU time, even if each step takes long. */
class IdlePortTest extends NetTest {
    @Test
    void anIdleOwnerSleepsAlsoWhereAYieldToNobodyTakesLong() throws Exception {
        assumeThat(kind.threadPerPort() || !group.pollers().next().thread().isVirtual())
                .as("it waits on a platform thread of its own")
                .isFalse();
        JavaCommand.Outcome outcome = JavaCommand.run(
                List.of("-Xint", Interpreted.class.getName(), backend.name()));
        assertThat(outcome.code()).as("%s", outcome.lines()).isZero();
        assertThat(outcome.lines()).contains("it sleeps");
    }

    /** A process with a listener to which no client connects. */
    static final class Interpreted {
        private static final int LOOKS = 20_000;

        private Interpreted() {}

        public static void main(String[] args) throws Exception {
            Backend backend = Backend.valueOf(args[0]);
            try (PortGroup one = PortGroup.open(1, TestPorts.options(backend));
                    Listener listener = Listener.open(
                            OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(one))) {
                Thread owner = one.pollers().next().thread();
                Thread.State state = owner.getState();
                for (int look = 0; look < LOOKS && state != Thread.State.WAITING; look++) {
                    LockSupport.parkNanos(1_000_000);
                    state = owner.getState();
                }
                System.out.println(state == Thread.State.WAITING
                        ? "it sleeps"
                        : "the owner of " + listener + " is " + state);
            }
        }
    }
}
