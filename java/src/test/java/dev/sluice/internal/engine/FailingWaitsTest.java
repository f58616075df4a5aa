package dev.sluice.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import dev.sluice.internal.spi.WaitFailure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A kernel that refuses to wait: for a moment, and for good. */
class FailingWaitsTest extends EngineFixture {
    private static final int FOR_GOOD = Integer.MAX_VALUE;

    @Test
    void aWaitThatFailsForAMomentIsRepeatedAndNothingIsLost() throws Exception {
        Request receive = submit(receive(connected()));
        backend.later(() -> backend.complete(receive, Outcome.OK, 3));
        backend.failingFetches = 5;
        assertThat(polled()).containsExactly("RECEIVE OK 3");
        assertThat(backend.failingFetches).isZero();
    }

    @Test
    void aWaitThatKeepsFailingIsTheEndAfterFewTries() throws Exception {
        submit(receive(connected()));
        backend.failingFetches = FOR_GOOD;
        assertThatThrownBy(() -> poll(FOREVER)).isInstanceOf(WaitFailure.class)
                .hasMessage("fake_wait: EPERM");
        assertThat(backend.fetches).as("tries").isLessThan(20);
        int fetches = backend.fetches;
        assertThatThrownBy(() -> poll(FOREVER)).isInstanceOf(WaitFailure.class);
        assertThat(backend.fetches).as("it is not asked again").isEqualTo(fetches);
        assertThat(engine.submit(receive(connected()))).isEqualTo(Submission.PORT_FAILED);
        backend.onCancel = request -> {};
        closePort();
    }

    /** Backends whose cancels end in the kernel never report them. */
    @Test
    void theCloseOfAPortThatFailedEndsEverythingWithoutTheKernel() throws Exception {
        Channel closing = connected();
        submit(receive(connected()));
        submit(send(closing, 9));
        submit(receive(closing));
        submit(close(closing, Request.GRACEFUL));
        submit(timer(System.nanoTime() + 1_000_000_000_000L));
        backend.onCancel = request -> {};
        backend.failingFetches = FOR_GOOD;
        assertThatThrownBy(() -> poll(FOREVER)).isInstanceOf(WaitFailure.class);
        closePort();
        assertThat(events).containsExactlyInAnyOrder("RECEIVE CLOSED_LOCALLY",
                "SEND CLOSED_LOCALLY", "RECEIVE CLOSED_LOCALLY", "CLOSE CLOSED_LOCALLY",
                "DELAY CLOSED_LOCALLY");
        assertThat(backend.kernelForgotten).isTrue();
    }

    @Test
    void aPortThatFailsWhileItClosesEndsAllTheSame() throws Exception {
        submit(receive(connected()));
        backend.onCancel = request -> {};
        submit(close(lingering(), Request.IMMEDIATE));
        backend.failingFetches = FOR_GOOD;
        closePort();
        assertThat(events).hasSize(2);
        assertThat(engine.failure()).isNotNull();
    }

    @Test
    void aCloseThatLingersElsewhereEndsWithThePort() throws Exception {
        submit(close(lingering(), Request.IMMEDIATE));
        backend.failingFetches = FOR_GOOD;
        assertThatThrownBy(() -> poll(FOREVER)).isInstanceOf(WaitFailure.class);
        closePort();
        assertThat(events).singleElement().asString().startsWith(RequestKind.CLOSE.name());
    }

    /** A socket whose close does not end before the test does. */
    private Channel lingering() throws NativeFailure {
        Channel channel = connected();
        channel.lingerSeconds = 1;
        return channel;
    }

    @AfterEach
    void endTheCloses() {
        backend.lingering.countDown();
    }
}
