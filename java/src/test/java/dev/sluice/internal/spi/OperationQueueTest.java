package dev.sluice.internal.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OperationQueueTest {
    private final Channel channel = new Channel(RawAddress.IPV4, true);
    private final OperationQueue queue = OperationQueue.SENDS;

    private static Request request() {
        return new Request(RequestKind.SEND, "test");
    }

    private List<Request> content() {
        List<Request> content = new ArrayList<>();
        for (Request request = queue.head(channel); request != null; request = request.next) {
            content.add(request);
        }
        return content;
    }

    @Test
    void aRemovedRequestKeepsNoLinkAndCanBeAppendedAgain() {
        Request first = request();
        Request second = request();
        queue.append(channel, first);
        queue.append(channel, second);
        queue.remove(channel, first);
        assertThat(first.next).isNull();
        assertThat(first.previous).isNull();
        queue.append(channel, first);
        assertThat(content()).containsExactly(second, first);
    }

    @Test
    void agreesWithAListWhereverRequestsLeave() {
        List<Request> model = new ArrayList<>();
        Random random = new Random(7);
        for (int step = 0; step < 5000; step++) {
            if (model.isEmpty() || random.nextInt(100) < 52) {
                Request request = request();
                queue.append(channel, request);
                model.add(request);
            } else {
                queue.remove(channel, model.remove(random.nextInt(model.size())));
            }
            assertThat(queue.head(channel) == null).isEqualTo(model.isEmpty());
            assertThat(queue.head(channel)).isSameAs(model.isEmpty() ? null : model.getFirst());
        }
        assertThat(content()).isEqualTo(model);
    }
}
