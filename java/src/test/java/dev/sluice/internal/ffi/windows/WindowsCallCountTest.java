package dev.sluice.internal.ffi.windows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.Status;
import dev.sluice.testing.OwnLoopback;
import java.io.DataInputStream;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What one echoed message costs in calls of the system: nothing per message beside the three. */
@EnabledOnOs(value = OS.WINDOWS, disabledReason = "needs Windows: counts the calls of its backend")
class WindowsCallCountTest {
    private static final int MESSAGES = 300;
    private static final int BYTES = 64;

    @Test
    @Timeout(300)
    void aMessageIsOneReceiveOneSendAndOneWait() throws Exception {
        try (CompletionPort port = CompletionPort.open()) {
            NativeSocket listener = port.listen(OwnLoopback.at(0));
            Accept accept = new Accept(listener);
            port.submit(accept);
            CompletableFuture<Integer> peer = peer(listener.localAddress().port());
            while (accept.isPending()) {
                port.poll(CompletionPort.FOREVER);
            }
            NativeSocket connection = accept.accepted();
            MemorySegment buffer = port.allocate(BYTES).segment();
            Receive receive = new Receive(connection).buffer(buffer);
            Send send = new Send(connection).buffer(buffer);
            long before = 0;
            int polls = 0;
            for (int message = 0; message < MESSAGES; message++) {
                if (message == 1) {
                    before = WindowsCall.calls(); // the first one binds the socket to the port
                    polls = 0;
                }
                port.submit(receive);
                while (receive.isPending()) {
                    port.poll(CompletionPort.FOREVER);
                    polls++;
                }
                assertThat(receive.bytes()).isEqualTo(BYTES);
                port.submit(send);
                while (send.isPending()) {
                    port.poll(CompletionPort.FOREVER);
                    polls++;
                }
                assertThat(send.status()).isEqualTo(Status.OK);
            }
            long calls = WindowsCall.calls() - before;
            assertThat(calls).isEqualTo(2L * (MESSAGES - 1) + polls);
            assertThat(peer.get()).isEqualTo(MESSAGES);
        }
    }

    /** AcceptEx has told it, so it stays known when the connection is lost. */
    @Test
    @Timeout(300)
    void thePeerOfAnAcceptedConnectionIsKnownWithoutACall() throws Exception {
        try (CompletionPort port = CompletionPort.open()) {
            NativeSocket listener = port.listen(OwnLoopback.at(0));
            Accept accept = new Accept(listener);
            port.submit(accept);
            try (java.net.Socket peer =
                    new java.net.Socket(OwnLoopback.inet(), listener.localAddress().port())) {
                while (accept.isPending()) {
                    port.poll(CompletionPort.FOREVER);
                }
                long before = WindowsCall.calls();
                assertThat(accept.accepted().peerAddress())
                        .isEqualTo(Address.of(
                                peer.getLocalAddress().getHostAddress(), peer.getLocalPort()));
                assertThat(WindowsCall.calls()).isEqualTo(before);
            }
        }
    }

    private static CompletableFuture<Integer> peer(int port) {
        return CompletableFuture.supplyAsync(() -> {
            try (java.net.Socket socket = new java.net.Socket(OwnLoopback.inet(), port)) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] bytes = new byte[BYTES];
                for (int message = 0; message < MESSAGES; message++) {
                    socket.getOutputStream().write(bytes);
                    in.readFully(bytes);
                }
            } catch (java.io.IOException failure) {
                throw new java.io.UncheckedIOException(failure);
            }
            return MESSAGES;
        });
    }
}
