package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Shutdown;
import dev.sluice.SocketType;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A thousand connections at once, each of which gets back what it sent, byte by byte. */
class ManyConnectionsTest extends ConformanceTest {
    private static final int CONNECTIONS = 1000;
    private static final int MESSAGES_EACH = 5;
    private static final int BYTES = 999;

    @Override
    PortOptions options() {
        return PortOptions.DEFAULT.maxOperations(8192).maxSockets(4096)
                .poolBuffers(CONNECTIONS + 24).poolBufferBytes(4096);
    }

    private int served;
    private int finished;

    /** Sends back what comes, from buffers of the pool, and closes after the peer's end. */
    private final class Server {
        final NativeSocket socket;
        final Receive receive;
        final Send send;
        private PooledBuffer held;

        Server(NativeSocket socket) {
            this.socket = socket;
            receive = new Receive(socket).onCompletion(this::received);
            send = new Send(socket).onCompletion(this::sent);
            port.submit(receive);
        }

        private void received(Receive event) {
            if (event.isOk()) {
                held = event.takeBuffer();
                port.submit(send.buffer(held, 0, event.bytes()));
            } else {
                port.submit(Close.immediate(socket).onCompletion(closed -> served++));
            }
        }

        private void sent(Send event) {
            held.release();
            assertThat(event.isOk()).isTrue();
            port.submit(receive);
        }
    }

    /** Sends one message after the other, each when all of the one before has come back. */
    private final class Client {
        final NativeSocket socket;
        final MemorySegment out = port.allocate(BYTES).segment();
        final MemorySegment in = port.allocate(BYTES).segment();
        final Receive receive;
        final Send send;
        private final long start;
        private long received;

        Client(NativeSocket socket, int number) {
            this.socket = socket;
            this.start = number * 7L; // each its own part of the pattern
            receive = new Receive(socket).buffer(in).onCompletion(this::received);
            send = new Send(socket).buffer(out);
            port.submit(receive);
            next();
        }

        private void next() {
            Pattern.fill(out, start + received);
            port.submit(send);
        }

        private void received(Receive event) {
            if (event.bytes() == 0) {
                assertThat(received).isEqualTo((long) MESSAGES_EACH * BYTES);
                port.submit(Close.immediate(socket).onCompletion(closed -> finished++));
                return;
            }
            Pattern.check(in.asSlice(0, event.bytes()), start + received);
            received += event.bytes();
            port.submit(receive);
            if (received == (long) MESSAGES_EACH * BYTES) {
                port.submit(Shutdown.send(socket));
            } else if (received % BYTES == 0) {
                next();
            }
        }
    }

    @Test
    void aThousandConnectionsGetEveryByteBack() throws Exception {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        port.submit(new Accept(listener).multishot().onCompletion(event -> {
            if (event.isOk()) {
                new Server(event.accepted());
            }
        }));
        List<Connect> connects = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            int number = i;
            Connect connect =
                    new Connect(port.socket(SocketType.TCP4), listener.localAddress());
            connect.onCompletion(event -> {
                assertThat(event.isOk()).as("%s", event).isTrue();
                new Client(event.socket(), number);
            });
            port.submit(connect);
            connects.add(connect);
            if (i % 100 == 99) { // no more at once than a backlog holds
                loop.until("connections",
                        () -> connects.stream().noneMatch(Connect::isPending));
            }
        }
        loop.until("all clients", () -> finished == CONNECTIONS);
        loop.until("all servers", () -> served == CONNECTIONS);
    }
}
