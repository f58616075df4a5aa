package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.Readiness;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The kernel reuses the number of a closed descriptor at once. Nothing of the old socket may reach
 * the new one: each connection here has a name, and every byte and event shows whose it is.
 */
class DescriptorReuseTest extends ConformanceTest {
    private static final int LIVE = 16;

    /** Under Wine a connection takes 2 ms and more. */
    private static final int CYCLES = Needs.isWine() ? 600 : 3000;

    /** True once the test is through and its port closes. */
    private boolean over;

    /** One connection to the echo server, which sends its name again and again. */
    private final class Named {
        final int name;
        final NativeSocket socket;
        final Receive receive;
        final Send send;
        final MemorySegment out = port.allocate(Integer.BYTES).segment();
        final MemorySegment in = port.allocate(64).segment();
        final Close close;
        long received;
        boolean closed;

        Named(int name, Address server) throws Exception {
            this.name = name;
            socket = port.socket(SocketType.TCP4);
            out.set(ValueLayout.JAVA_INT, 0, name);
            receive = new Receive(socket).buffer(in).onCompletion(this::received);
            send = new Send(socket).buffer(out);
            close = switch (name % 3) {
                case 0 -> Close.immediate(socket);
                case 1 -> Close.abort(socket);
                default -> Close.graceful(socket, Duration.ofMillis(1 + name % 5));
            };
            close.onCompletion(event -> closed = true);
            port.submit(new Connect(socket, server).onCompletion(event -> {
                // It may be closed before it has heard anything at all.
                Status wanted = socket.isOpen() ? Status.OK : Status.CLOSED_LOCALLY;
                assertThat(event.status()).isIn(Status.OK, wanted);
            }));
            port.submit(send);
            port.submit(receive);
        }

        private void received(Receive event) {
            assertThat(closed).as("an event after its close").isFalse();
            if (event.isOk()) {
                for (int i = 0; i < event.bytes(); i++) {
                    // Pieces of the name may come apart: the place in the stream shows which byte.
                    int at = (int) ((received + i) % Integer.BYTES);
                    assertThat(in.get(ValueLayout.JAVA_BYTE, i)).as("a byte of %d", name)
                            .isEqualTo(out.get(ValueLayout.JAVA_BYTE, at));
                }
                received += event.bytes();
                if (socket.isOpen()) {
                    port.submit(event);
                }
            } else if (!over) {
                assertThat(socket.isOpen()).as("ended by itself: %s", event).isFalse();
                assertThat(event.status()).isEqualTo(Status.CLOSED_LOCALLY);
            }
        }
    }

    /** Sends back what comes; ends with a reset when the peer does: no port stays in TIME_WAIT. */
    private final class Echo {
        final NativeSocket socket;
        final MemorySegment buffer = port.allocate(64).segment();
        final Receive receive;
        final Send send;

        Echo(NativeSocket socket) {
            this.socket = socket;
            receive = new Receive(socket).buffer(buffer).onCompletion(this::received);
            send = new Send(socket).onCompletion(this::sent);
            port.submit(receive);
        }

        private void received(Receive event) {
            if (event.isOk()) {
                port.submit(send.buffer(buffer.asSlice(0, event.bytes())));
            } else if (socket.isOpen() && !over) {
                port.submit(Close.abort(socket));
            }
        }

        private void sent(Send event) {
            if (socket.isOpen()) {
                port.submit(receive);
            }
        }
    }

    @Test
    void connectionsThatComeAndGoNeverSeeOneAnother() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Accept accept = new Accept(listener).multishot();
        accept.onCompletion(event -> {
            if (event.isOk()) {
                new Echo(event.accepted());
            }
        });
        port.submit(accept);
        Address server = listener.localAddress();
        List<Named> live = new ArrayList<>();
        Random random = new Random(26);
        int opened = 0;
        while (opened < CYCLES) {
            while (live.size() < LIVE) {
                live.add(new Named(opened++, server));
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                Named any = live.get(random.nextInt(live.size()));
                if (!any.send.isPending()) {
                    port.submit(any.send);
                }
            }
            // Some when they have heard their name, some at once, with all they have under way.
            int leaving = random.nextInt(live.size());
            boolean heard = live.get(leaving).received > 0;
            if (heard || random.nextInt(4) == 0) {
                port.submit(live.remove(leaving).close);
            }
            port.poll(heard ? 0 : 1_000_000);
        }
        for (Named each : live) {
            loop.until("its own name", () -> each.received > 0);
        }
        over = true;
    }

    /**
     * Both sockets are readable in one batch of the kernel. The handler of the first closes the
     * second, whose descriptor goes to a third at once, while the event of the second still waits.
     */
    @Test
    @Tag("aarch64")
    void anEventThatWasFetchedDoesNotReachTheSocketThatGotTheDescriptor() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        for (int round = 0; round < 50; round++) {
            Pairs.Pair first = Pairs.connect(loop, listener);
            Pairs.Pair second = Pairs.connect(loop, listener);
            NativeSocket client = port.socket(SocketType.TCP4);
            loop.run(new Connect(client, listener.localAddress()));
            List<Receive> third = new ArrayList<>();
            Readiness both = Readiness.readable(first.server());
            both.onCompletion(event -> {
                loop.submit(Close.abort(second.server()));
                third.add(accepted(listener));
            });
            Receive doomed = loop.submit(new Receive(second.server()));
            port.submit(both);
            port.poll(0);
            second.client().trySend(Pattern.allocate(port, 5));
            first.client().trySend(Pattern.allocate(port, 5));
            loop.until("the third", () -> !third.isEmpty() && !doomed.isPending());
            Receive receive = third.getFirst();
            port.poll(0);
            assertThat(receive.isPending()).isTrue();
            assertThat(loop.events().lastOf(doomed).status())
                    .isIn(Status.CLOSED_LOCALLY, Status.OK);
            client.trySend(Pattern.allocate(port, 3));
            assertThat(loop.await(receive).bytes()).isEqualTo(3);
            loop.run(Close.abort(client));
            loop.run(Close.abort(first.client()));
            loop.run(Close.abort(second.client()));
        }
    }

    private Receive accepted(NativeSocket listener) {
        try {
            NativeSocket third = listener.tryAccept();
            assertThat(third).as("the connection that waits").isNotNull();
            return loop.submit(new Receive(third));
        } catch (SystemCallException failure) {
            throw new AssertionError(failure);
        }
    }
}
