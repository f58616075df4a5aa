package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Accept;
import dev.sluice.CompletionPort;
import dev.sluice.Delay;
import dev.sluice.NativeSocket;
import dev.sluice.PortFailedException;
import dev.sluice.Receive;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The system refuses to wait for a port: it says so once, and nothing of it is left. */
class FailedPortTest extends ConformanceTest {
    @Test
    void itEndsWithOneClearErrorAndItsCloseEndsEverything() throws Throwable {
        BrokenWaits waits = BrokenWaits.prepare();
        Loop failing = openLoop(options());
        CompletionPort failed = failing.port();
        Pairs.Pair pair = Pairs.connected(failing);
        Receive own =
                failing.submit(new Receive(pair.server()).buffer(failed.allocate(64).segment()));
        Receive pooled = failing.submit(new Receive(pair.client()).multishot());
        NativeSocket listener = failed.listen(OwnLoopback.at(0));
        Accept accept = failing.submit(new Accept(listener).multishot());
        Delay timer = failing.submit(new Delay(Duration.ofHours(1)));
        failing.pollFor(Duration.ofMillis(2));
        waits.makeFail();
        long startNanos = System.nanoTime();
        assertThatThrownBy(() -> failed.poll(CompletionPort.FOREVER))
                .isInstanceOf(PortFailedException.class)
                .hasMessageContaining("the port failed").hasMessageContaining("close it");
        assertThat(System.nanoTime() - startNanos).as("tried for a while")
                .isGreaterThan(Duration.ofMillis(500).toNanos());
        assertThatThrownBy(() -> failed.poll(0)).isInstanceOf(PortFailedException.class);
        assertThatThrownBy(() -> failed.submit(new Delay(Duration.ofHours(1))))
                .isInstanceOf(PortFailedException.class);
        failed.close();
        for (var operation : List.of(own, pooled, accept, timer)) {
            assertThat(failing.events().lastOf(operation).status())
                    .isEqualTo(Status.CLOSED_LOCALLY);
        }
    }

    @Test
    void aPortThatFailsWhileItClosesReportsItAndIsClosed() throws Throwable {
        BrokenWaits waits = BrokenWaits.prepare();
        Loop failing = openLoop(options());
        Pairs.Pair pair = Pairs.connected(failing);
        Receive receive = failing.submit(new Receive(pair.server()).buffer(
                failing.port().allocate(64).segment()));
        failing.pollFor(Duration.ofMillis(2));
        waits.makeFail();
        try {
            failing.port().close();
        } catch (PortFailedException lasting) {
            assertThat(lasting).hasMessageContaining("the port failed");
        }
        assertThat(failing.events().lastOf(receive).status()).isEqualTo(Status.CLOSED_LOCALLY);
    }
}
