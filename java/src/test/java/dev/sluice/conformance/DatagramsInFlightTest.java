package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendTo;
import dev.sluice.Status;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several receives and sends of one datagram socket at once. */
class DatagramsInFlightTest extends ConformanceTest {
    private NativeSocket bound() throws SystemCallException {
        return port.datagrams(OwnLoopback.at(0));
    }

    @Test
    void receivesThatAreSubmittedAgainKeepTheirOrder() throws Exception {
        NativeSocket sender = bound();
        NativeSocket receiver = bound();
        List<Integer> lengths = new ArrayList<>();
        List<Integer> receives = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            ReceiveFrom receive = new ReceiveFrom(receiver).buffer(port.allocate(50).segment());
            port.submit(receive.onCompletion(event -> {
                if (event.isOk()) {
                    assertThat(event.isTruncated()).isEqualTo(lengths.size() >= 50);
                    lengths.add(event.bytes());
                    receives.add(number);
                    port.submit(event);
                }
            }));
        }
        loop.pollFor(Duration.ofMillis(2));
        MemorySegment bytes = Pattern.allocate(port, 100);
        for (int i = 1; i <= 60; i++) {
            SendTo send = new SendTo(sender).buffer(bytes.asSlice(0, i));
            port.submit(send.to(receiver.localAddress()));
        }
        loop.until("all", () -> lengths.size() == 60);
        for (int i = 0; i < 60; i++) {
            assertThat(lengths.get(i)).isEqualTo(Math.min(i + 1, 50));
            assertThat(receives.get(i)).isEqualTo(i % 8);
        }
    }

    @Test
    void aRefusalEndsOneOfTheReceivesInFlight() throws Exception {
        NativeSocket gone = bound();
        Address nobody = gone.localAddress();
        NativeSocket client = bound();
        loop.run(Close.immediate(gone));
        loop.run(new Connect(client, nobody));
        List<ReceiveFrom> receives = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            MemorySegment memory = port.allocate(50).segment();
            receives.add(loop.submit(new ReceiveFrom(client).buffer(memory)));
        }
        loop.run(new Send(client).buffer(Pattern.allocate(port, 5)));
        assertThat(loop.await(receives.getFirst()).status()).isEqualTo(Status.REFUSED);
        NativeSocket server = port.datagrams(nobody);
        for (int i = 1; i < 4; i++) {
            loop.run(new SendTo(server).buffer(Pattern.allocate(port, i))
                    .to(client.localAddress()));
        }
        for (int i = 1; i < 4; i++) {
            assertThat(loop.await(receives.get(i)).bytes()).isEqualTo(i);
        }
    }
}
