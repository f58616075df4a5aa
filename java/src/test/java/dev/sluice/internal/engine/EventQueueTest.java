package dev.sluice.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.spi.BufferPool;
import dev.sluice.internal.spi.Channel;
import dev.sluice.internal.spi.Outcome;
import dev.sluice.internal.spi.PoolBuffer;
import dev.sluice.internal.spi.RawAddress;
import dev.sluice.internal.spi.Request;
import dev.sluice.internal.spi.RequestKind;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventQueueTest {
    private final EventQueue queue = new EventQueue();

    private static Request receive() {
        return new Request(RequestKind.RECEIVE, "test");
    }

    private record Expected(Request request, Outcome outcome, long result, int code,
            boolean more) {}

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void keepsOrderAndContentThroughWrapAndGrowth(long seed) {
        Random random = new Random(seed);
        Queue<Expected> model = new ArrayDeque<>();
        Outcome[] outcomes = Outcome.values();
        for (int round = 0; round < 300; round++) {
            for (int i = random.nextInt(40); i > 0; i--) {
                Request request = receive();
                long result = random.nextLong();
                boolean more = random.nextBoolean();
                int code = more ? 0 : random.nextInt();
                Outcome outcome = more ? Outcome.OK : outcomes[random.nextInt(outcomes.length)];
                if (more) {
                    queue.pushEvent(request, result, null, false);
                } else {
                    queue.pushTerminal(request, outcome, result, code);
                }
                model.add(new Expected(request, outcome, result, code, more));
            }
            for (int i = Math.min(model.size(), random.nextInt(38)); i > 0; i--) {
                takeAsTheModel(model);
            }
            assertThat(queue.size()).isEqualTo(model.size());
        }
        while (!model.isEmpty()) {
            takeAsTheModel(model);
        }
        assertThat(queue.isEmpty()).isTrue();
    }

    private void takeAsTheModel(Queue<Expected> model) {
        Request taken = queue.take();
        assertThat(new Expected(taken, taken.outcome, taken.result, taken.nativeCode, taken.more))
                .isEqualTo(model.remove());
    }

    /** One request may have many undelivered events: each keeps its payload. */
    @Test
    void eachEventOfOneRequestHasItsOwnPayload() {
        Request request = receive();
        BufferPool pool = new BufferPool(Arena.global().allocate(64), 4, 16);
        PoolBuffer first = pool.take();
        PoolBuffer second = pool.take();
        queue.pushEvent(request, 1, first, false);
        queue.pushEvent(request, 2, second, false);
        queue.pushTerminal(request, Outcome.EOF, 0, 0);
        assertThat(queue.take().buffer()).isSameAs(first);
        assertThat(queue.take().buffer()).isSameAs(second);
        assertThat(queue.take().buffer()).isNull();
        assertThat(request.more).isFalse();
        assertThat(request.outcome).isEqualTo(Outcome.EOF);
    }

    /** Each datagram of a multishot receive is truncated or whole by itself. */
    @Test
    void eachEventOfOneRequestReportsWhetherItWasTruncated() {
        Request request = receive();
        queue.pushEvent(request, 1, null, true);
        queue.pushEvent(request, 2, null, false);
        queue.pushTerminal(request, Outcome.OK, 3, 0, null, true);
        assertThat(request.truncated).as("before any delivery").isFalse();
        assertThat(queue.take().truncated).isTrue();
        assertThat(queue.take().truncated).isFalse();
        assertThat(queue.take().truncated).isTrue();
    }

    @Test
    void anAcceptedChannelIsNoBuffer() {
        Request request = new Request(RequestKind.ACCEPT, "test");
        Channel accepted = new Channel(RawAddress.IPV4, true);
        queue.pushEvent(request, 0, accepted, false);
        queue.take();
        assertThat(request.accepted()).isSameAs(accepted);
        assertThat(request.buffer()).isNull();
    }

    @Test
    void hasRoomUntilTheLimitOfEventsThatHaveMore() {
        Request request = receive();
        for (int i = 0; i < EventQueue.MORE_LIMIT; i++) {
            assertThat(queue.hasRoom()).isTrue();
            queue.pushEvent(request, i, null, false);
            queue.pushTerminal(receive(), Outcome.OK, i, 0);
        }
        assertThat(queue.hasRoom()).isFalse();
        queue.take();
        assertThat(queue.hasRoom()).isTrue();
        queue.take();
        queue.pushEvent(request, 0, null, false);
        assertThat(queue.hasRoom()).isFalse();
    }
}
