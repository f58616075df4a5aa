package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Datagrams without bytes that come when the pool has fewer buffers than there are of them. */
class EmptyDatagramTest extends ConformanceTest {
    private static final int BUFFERS = 2;
    private static final int SOCKETS = 6;

    @Override
    PortOptions options() {
        return super.options().poolBuffers(BUFFERS).poolBufferBytes(256);
    }

    @Test
    void eachOkBringsABufferAndNoneIsLost() throws Exception {
        List<PooledBuffer> held = new ArrayList<>();
        List<Receive> receives = new ArrayList<>();
        List<Send> sends = new ArrayList<>();
        MemorySegment none = port.allocate(1).segment().asSlice(0, 0);
        for (int i = 0; i < SOCKETS; i++) {
            NativeSocket server = port.datagrams(OwnLoopback.at(0));
            NativeSocket client = port.datagrams(OwnLoopback.at(0));
            loop.run(new Connect(client, server.localAddress()));
            receives.add(new Receive(server).onCompletion(event -> {
                if (event.isOk()) {
                    assertThat(event.bytes()).isZero();
                    held.add(event.takeBuffer());
                }
            }));
            sends.add(new Send(client).buffer(none));
        }
        receives.forEach(port::submit);
        port.poll(0);
        sends.forEach(port::submit);
        int arrived = 0;
        while (arrived < SOCKETS) {
            loop.until("the ends", () -> receives.stream().noneMatch(Receive::isPending));
            assertThat(held).as("brought").hasSizeGreaterThanOrEqualTo(1);
            arrived += held.size();
            held.forEach(PooledBuffer::release);
            held.clear();
            receives.removeIf(Receive::isOk);
            for (Receive exhausted : receives) {
                assertThat(exhausted.status()).isEqualTo(Status.NO_BUFFERS);
                port.submit(exhausted);
            }
        }
        assertThat(arrived).isEqualTo(SOCKETS);
        assertThat(port.availableBuffers()).isEqualTo(BUFFERS);
    }
}
