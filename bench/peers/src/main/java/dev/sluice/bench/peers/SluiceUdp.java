package dev.sluice.bench.peers;

import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.ReceiveFrom;
import dev.sluice.SendTo;
import dev.sluice.SystemCallException;
import dev.sluice.WaitStrategy;
import dev.sluice.bench.echo.EchoOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/** Datagram sockets on a port of Sluice, each with several receives in flight, on the port's thread. */
final class SluiceUdp {
    /** With one, io_uring took twice the CPU time for small datagrams; 32 gained nothing more. */
    private static final int IN_FLIGHT = 8;

    private final CompletionPort port;
    private boolean closing; // the port's thread alone

    private SluiceUdp(CompletionPort port, InetSocketAddress first, int sockets)
            throws SystemCallException {
        this.port = port;
        for (int i = 0; i < sockets; i++) {
            NativeSocket socket = port.datagrams(Address.from(
                    new InetSocketAddress(first.getAddress(), first.getPort() + i)));
            for (int j = 0; j < IN_FLIGHT; j++) {
                new Datagram(socket, port.allocate(UdpPorts.DATAGRAM_BYTES).segment()).receive();
            }
        }
    }

    /** A way to open one on that backend. */
    static Peers.UdpOpener opener(Backend backend) {
        PortOptions options = EchoOptions.of(backend, WaitStrategy.BLOCK);
        return (first, sockets) -> open(options, first, sockets);
    }

    private static EchoPeer open(PortOptions options, InetSocketAddress first, int sockets)
            throws IOException {
        CompletableFuture<EchoPeer> bound = new CompletableFuture<>();
        Thread.ofPlatform().name("sluice-udp").start(() -> serve(options, first, sockets, bound));
        return PortServer.started(bound);
    }

    /** Everything that touches the port is done by its thread. */
    private static void serve(PortOptions options, InetSocketAddress first, int sockets,
            CompletableFuture<EchoPeer> bound) {
        try (CompletionPort port = CompletionPort.open(options)) {
            SluiceUdp server = new SluiceUdp(port, first, sockets);
            Thread thread = Thread.currentThread();
            bound.complete(new RunningPeer(first, thread, () -> server.stop(thread)));
            while (!server.closing) {
                port.poll(CompletionPort.FOREVER);
            }
        } catch (SystemCallException e) {
            bound.completeExceptionally(e);
        }
    }

    /** A buffer that a datagram is received into and sent back from, again and again. */
    private final class Datagram {
        private final MemorySegment buffer;
        private final ReceiveFrom receive;
        private final SendTo send;

        Datagram(NativeSocket socket, MemorySegment buffer) {
            this.buffer = buffer;
            this.receive = new ReceiveFrom(socket).buffer(buffer).onCompletion(this::received);
            this.send = new SendTo(socket).onCompletion(sent -> receive());
        }

        void receive() {
            if (!closing) { // events come until the port is closed, but nothing can be submitted
                port.submit(receive);
            }
        }

        private void received(ReceiveFrom event) {
            if (event.isOk() && !closing) {
                port.submit(send.buffer(buffer.asSlice(0, event.bytes())).toSourceOf(event));
            } else {
                receive();
            }
        }
    }

    private void stop(Thread thread) {
        port.execute(() -> closing = true);
        Threads.join(thread);
    }
}
