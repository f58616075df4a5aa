package dev.sluice.internal.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class SingleSocketFastPathTest {
    private final BufferPool pool = new BufferPool(Arena.global().allocate(100), 1, 100);
    private final SingleSocketFastPath fastPath = new SingleSocketFastPath(pool);

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
            fastPath.noteEdge(channel);
        }
    }

    @Test
    void aStreamIsTriedAfterEnoughEdgesInARow() {
        Request receive = receive();
        EpollChannel busy = channel(true, receive);
        edges(SingleSocketFastPath.ENOUGH, busy);
        assertThat(fastPath.next()).isNull();
        fastPath.noteEdge(busy);
        assertThat(fastPath.next()).isSameAs(receive);
        fastPath.noteEdge(channel(true, receive()));
        assertThat(fastPath.next()).isNull();
        edges(SingleSocketFastPath.ENOUGH, busy);
        assertThat(fastPath.next()).isNull();
    }

    @Test
    void epollIsAskedNowAndThen() {
        edges(SingleSocketFastPath.ENOUGH + 1, channel(true, receive()));
        for (int round = 0; round < 3; round++) {
            for (int look = 0; look < SingleSocketFastPath.LOOKS; look++) {
                assertThat(fastPath.next()).isNotNull();
            }
            assertThat(fastPath.next()).isNull();
        }
    }

    @Test
    void onlyAReceiveThatWaitsIsTried() {
        Request receive = receive();
        EpollChannel busy = channel(true, receive);
        edges(SingleSocketFastPath.ENOUGH + 1, busy);
        receive.state = Request.State.WAITING;
        assertThat(fastPath.next()).isNull();
        busy.receives = null;
        assertThat(fastPath.next()).isNull();
    }

    @Test
    void neitherListenersNorDatagramsAreTried() {
        edges(SingleSocketFastPath.ENOUGH + 1,
                channel(true, new Request(RequestKind.ACCEPT, "test")));
        assertThat(fastPath.next()).isNull();
        edges(SingleSocketFastPath.ENOUGH + 1, channel(false, receive()));
        assertThat(fastPath.next()).isNull();
    }

    /** That there is no buffer may be said only when something has come that needs one. */
    @Test
    void withoutABufferAPooledReceiveIsNotTried() {
        Request receive = receive();
        receive.pooled = true;
        edges(SingleSocketFastPath.ENOUGH + 1, channel(true, receive));
        PoolBuffer buffer = pool.take();
        assertThat(fastPath.next()).isNull();
        pool.release(buffer);
        assertThat(fastPath.next()).isSameAs(receive);
    }
}
