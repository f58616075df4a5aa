package dev.sluice.internal.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class LoneReceiverTest {
    private final BufferPool pool = new BufferPool(Arena.global().allocate(100), 1, 100);
    private final LoneReceiver lone = new LoneReceiver(pool);

    private static EpollChannel channel(boolean stream, Request receive) {
        EpollChannel channel = new EpollChannel(RawAddress.IPV4, stream, 0);
        receive.channel = channel;
        receive.state = Request.State.STARTED;
        channel.receives = receive;
        return channel;
    }

    private static Request receive() {
        return new Request(RequestKind.RECEIVE, "test");
    }

    private void edges(int count, EpollChannel channel) {
        for (int i = 0; i < count; i++) {
            lone.edge(channel);
        }
    }

    @Test
    void aStreamIsTriedAfterEnoughEdgesInARow() {
        Request receive = receive();
        EpollChannel busy = channel(true, receive);
        edges(LoneReceiver.ENOUGH, busy);
        assertThat(lone.next()).isNull();
        lone.edge(busy);
        assertThat(lone.next()).isSameAs(receive);
        lone.edge(channel(true, receive()));
        assertThat(lone.next()).isNull();
        edges(LoneReceiver.ENOUGH, busy);
        assertThat(lone.next()).isNull();
    }

    @Test
    void epollIsAskedNowAndThen() {
        edges(LoneReceiver.ENOUGH + 1, channel(true, receive()));
        for (int round = 0; round < 3; round++) {
            for (int look = 0; look < LoneReceiver.LOOKS; look++) {
                assertThat(lone.next()).isNotNull();
            }
            assertThat(lone.next()).isNull();
        }
    }

    @Test
    void onlyAReceiveThatWaitsIsTried() {
        Request receive = receive();
        EpollChannel busy = channel(true, receive);
        edges(LoneReceiver.ENOUGH + 1, busy);
        receive.state = Request.State.WAITING;
        assertThat(lone.next()).isNull();
        busy.receives = null;
        assertThat(lone.next()).isNull();
    }

    @Test
    void neitherListenersNorDatagramsAreTried() {
        edges(LoneReceiver.ENOUGH + 1, channel(true, new Request(RequestKind.ACCEPT, "test")));
        assertThat(lone.next()).isNull();
        edges(LoneReceiver.ENOUGH + 1, channel(false, receive()));
        assertThat(lone.next()).isNull();
    }

    /** That there is no buffer may be said only when something has come that needs one. */
    @Test
    void withoutABufferAPooledReceiveIsNotTried() {
        Request receive = receive();
        receive.pooled = true;
        edges(LoneReceiver.ENOUGH + 1, channel(true, receive));
        PoolBuffer buffer = pool.take();
        assertThat(lone.next()).isNull();
        pool.release(buffer);
        assertThat(lone.next()).isSameAs(receive);
    }
}
