package dev.sluice.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.NativeFailure;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which thread closes a descriptor, and what an accepted socket inherits for its close. */
class SocketCloserTest extends EngineFixture {
    private Channel lingering() throws NativeFailure {
        Channel channel = backend.sockets().open(RawAddress.IPV4, true);
        channel.lingerSeconds = 1;
        return channel;
    }

    @AfterEach
    void endTheCloses() {
        backend.lingering.countDown();
    }

    private void awaitClose() {
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (backend.closeThreads.isEmpty()) {
            assertThat(System.nanoTime() - endNanos)
                    .as("timed out waiting for the close").isNegative();
            LockSupport.parkNanos(100_000);
        }
    }

    /** The caller may be a port's thread, and the kernel blocks for the linger time. */
    @Test
    void aDetachedSocketThatLingersIsClosedByAnotherThread() throws Exception {
        Channel channel = lingering();
        engine.closeDetached(channel);
        assertThat(channel.handle).as("the descriptor, which that thread has").isEqualTo(-1);
        awaitClose();
        assertThat(backend.closeThreads).doesNotContain(Thread.currentThread());
    }

    @Test
    void aDetachedSocketWithoutLingerIsClosedByTheCaller() throws Exception {
        Channel channel = lingering();
        channel.lingerSeconds = 0;
        engine.closeDetached(channel);
        assertThat(backend.closeThreads).containsExactly(Thread.currentThread());
    }

    @Test
    void aSocketThatLingersIsClosedByAnotherThreadAndItsEventComesAfterwards() throws Exception {
        Channel channel = connected();
        channel.lingerSeconds = 1;
        submit(close(channel, Request.IMMEDIATE));
        assertThat(polled()).isEmpty();
        backend.lingering.countDown();
        poll(FOREVER);
        assertThat(events).containsExactly("CLOSE OK");
        assertThat(backend.closeThreads).hasSize(1).doesNotContain(Thread.currentThread());
    }

    @Test
    void anAbortLingersNowhere() throws Exception {
        Channel channel = connected();
        channel.lingerSeconds = 1;
        submit(close(channel, Request.ABORT));
        assertThat(polled()).containsExactly("CLOSE OK");
        assertThat(backend.calls).endsWith("close with reset");
    }

    @Test
    void anAcceptedSocketInheritsTheLingerTimeOfItsListener() throws Exception {
        Channel listener = channel(Channel.State.LISTENING);
        listener.lingerSeconds = 7;
        Request accept = submit(request(RequestKind.ACCEPT, listener));
        Channel connection = backend.sockets().open(RawAddress.IPV4, true);
        backend.accepted(accept, connection);
        assertThat(polled()).containsExactly("ACCEPT OK");
        assertThat(connection.lingerSeconds).isEqualTo(7);
        assertThat(connection.state).isEqualTo(Channel.State.CONNECTED);
    }
}
