package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One socket that always has work does not keep the port from a thousand others. */
class FairnessTest extends ConformanceTest {
    private static final int OTHERS = 1000;

    private NativeSocket listener;
    private Pairs.Pair busy;
    private final List<Pairs.Pair> others = new ArrayList<>();

    /** Events of the busy socket. */
    private long busyEvents;

    private boolean stopped;

    @Override
    PortOptions options() {
        return super.options().maxEventsPerPoll(64).maxTurnsPerSocket(4);
    }

    @BeforeEach
    void connectThem() throws SystemCallException {
        listener = port.listen(OwnLoopback.at(0));
        busy = Pairs.connect(loop, listener);
        Accept accept = loop.submit(new Accept(listener).multishot());
        for (int i = 0; i < OTHERS; i++) {
            NativeSocket client = port.socket(SocketType.TCP4);
            Connect connect = new Connect(client, listener.localAddress());
            assertThat(loop.run(connect).status()).isEqualTo(Status.OK);
            int count = i + 1;
            loop.until("an accept", () -> loop.events().of(accept).size() == count);
            others.add(new Pairs.Pair(client, accept.accepted()));
        }
        port.cancel(accept);
        loop.await(accept);
    }

    /** Sends without end; each send ends at once as long as the other side reads. */
    private Send sendForEver(NativeSocket socket, int bytes) {
        MemorySegment memory = port.allocate(bytes).segment();
        Send send = new Send(socket).buffer(memory).onCompletion(event -> {
            busyEvents++;
            if (!stopped) {
                port.submit(event);
            }
        });
        port.submit(send);
        return send;
    }

    private Receive receiveForEver(NativeSocket socket) {
        Receive receive = new Receive(socket).onCompletion(event -> {
            busyEvents++;
            if (!stopped) {
                port.submit(event);
            }
        });
        port.submit(receive);
        return receive;
    }

    /** Each of the others sends one byte; counts what the busy socket did until all had arrived. */
    private long busyEventsUntilTheOthersAreServed() {
        List<Receive> receives = new ArrayList<>();
        MemorySegment one = port.allocate(1).segment();
        for (Pairs.Pair pair : others) {
            receives.add(new Receive(pair.server()).buffer(port.allocate(8).segment()));
        }
        receives.forEach(port::submit);
        loop.until("the busy socket to be busy", () -> busyEvents > 1000);
        long before = busyEvents;
        List<Send> sends = new ArrayList<>();
        for (Pairs.Pair pair : others) {
            Send send = new Send(pair.client()).buffer(one);
            port.submit(send);
            sends.add(send);
        }
        loop.until("a byte for each of the others", () -> receives.stream()
                .noneMatch(Receive::isPending));
        long events = busyEvents - before;
        // One without a copy ends only with the acknowledgement.
        loop.until("the end of their sends", () -> sends.stream().noneMatch(Send::isPending));
        assertThat(receives).allMatch(receive -> receive.status() == Status.OK);
        assertThat(sends).allMatch(send -> send.status() == Status.OK);
        return events;
    }

    private void stop(Send send, Receive receive) {
        stopped = true;
        port.cancel(send);
        port.cancel(receive);
        loop.until("the end of the busy ones", () -> !send.isPending() && !receive.isPending());
    }

    @Test
    void aBusyReceiverDoesNotStarveAThousandOthers() throws Exception {
        Send send = sendForEver(busy.client(), 1 << 20);
        Receive receive = receiveForEver(busy.server());
        long events = busyEventsUntilTheOthersAreServed();
        // Some turns of the busy one for each of the others, not thousands.
        assertThat(events).isLessThan(20L * OTHERS);
        stop(send, receive);
    }

    @Test
    void aBusySenderOfSmallPiecesDoesNotStarveAThousandOthers() throws Exception {
        Send send = sendForEver(busy.client(), 64);
        Receive receive = receiveForEver(busy.server());
        long events = busyEventsUntilTheOthersAreServed();
        assertThat(events).isLessThan(20L * OTHERS);
        stop(send, receive);
    }

    @Test
    void aBusyMultishotReceiverDoesNotStarveAThousandOthers() throws Exception {
        Send send = sendForEver(busy.client(), 1 << 20);
        Receive receive = new Receive(busy.server()).multishot().onCompletion(event -> {
            busyEvents++;
            if (!stopped && !event.hasMore()) {
                port.submit(event);
            }
        });
        port.submit(receive);
        long events = busyEventsUntilTheOthersAreServed();
        assertThat(events).isLessThan(50L * OTHERS);
        stop(send, receive);
    }

    @Test
    void aPollDeliversNoMoreEventsThanItsLimit() throws Exception {
        MemorySegment one = port.allocate(1).segment();
        List<Send> sends = new ArrayList<>();
        for (Pairs.Pair pair : others) {
            Send send = new Send(pair.client()).buffer(one);
            port.submit(send);
            sends.add(send);
        }
        int most = 0;
        int total = 0;
        while (total < OTHERS) {
            int events = port.poll(Loop.LIMIT.toNanos());
            most = Math.max(most, events);
            total += events;
        }
        assertThat(most).isLessThanOrEqualTo(64);
        assertThat(total).isEqualTo(OTHERS);
        assertThat(sends).noneMatch(Send::isPending);
    }
}
