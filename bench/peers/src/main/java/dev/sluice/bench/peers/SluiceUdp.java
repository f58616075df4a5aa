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
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/** Datagram sockets on a port of Sluice, each with several receives in flight, on the port's thread. */
final class SluiceUdp {
    /** With one, io_uring took twice the CPU time for small datagrams; 32 gained nothing more. */
    private static final int IN_FLIGHT = 8;

    private final CompletionPort port;
    private boolean closing; // the port's thread alone

    private SluiceUdp(CompletionPort port) {
        this.port = port;
    }

    /** What a server does with each of its sockets. */
    private interface Service {
        void begin(SluiceUdp server, NativeSocket socket);
    }

    private static void echo(SluiceUdp server, NativeSocket socket) {
        for (int i = 0; i < IN_FLIGHT; i++) {
            server.new Datagram(socket).receive();
        }
    }

    private static void answer(SluiceUdp server, NativeSocket socket) {
        server.new Answers(socket).receive();
    }

    /** A way to open one on that backend that sends datagrams back. */
    static Peers.UdpOpener opener(Backend backend) {
        return opener(backend, SluiceUdp::echo);
    }

    /** A way to open one on that backend that answers with many datagrams, sent as segments. */
    static Peers.UdpOpener bulk(Backend backend) {
        return opener(backend, SluiceUdp::answer);
    }

    private static Peers.UdpOpener opener(Backend backend, Service service) {
        PortOptions options = EchoOptions.of(backend, WaitStrategy.BLOCK);
        return (first, sockets) -> {
            CompletableFuture<EchoPeer> bound = new CompletableFuture<>();
            Thread.ofPlatform().name("sluice-udp")
                    .start(() -> serve(options, first, sockets, service, bound));
            return PortServer.started(bound);
        };
    }

    /** Everything that touches the port is done by its thread. */
    private static void serve(PortOptions options, InetSocketAddress first, int sockets,
            Service service, CompletableFuture<EchoPeer> bound) {
        try (CompletionPort port = CompletionPort.open(options)) {
            SluiceUdp server = new SluiceUdp(port);
            for (int i = 0; i < sockets; i++) {
                service.begin(server, port.datagrams(Address.from(
                        new InetSocketAddress(first.getAddress(), first.getPort() + i))));
            }
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

        Datagram(NativeSocket socket) {
            this.buffer = port.allocate(UdpPorts.DATAGRAM_BYTES).segment();
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

    /** Answers the requests of a socket, one after the other, each with one send. */
    private final class Answers {
        private final MemorySegment request = port.allocate(UdpPorts.DATAGRAM_BYTES).segment();
        private final MemorySegment answers =
                port.allocate((long) BulkDatagrams.MOST * BulkDatagrams.BYTES).segment();
        private final ReceiveFrom receive;
        private final SendTo send;

        Answers(NativeSocket socket) {
            this.receive = new ReceiveFrom(socket).buffer(request).onCompletion(this::received);
            this.send = new SendTo(socket).segmentBytes(BulkDatagrams.BYTES)
                    .onCompletion(sent -> receive());
        }

        void receive() {
            if (!closing) {
                port.submit(receive);
            }
        }

        private void received(ReceiveFrom event) {
            int count = event.isOk() ? BulkDatagrams.count(request, event.bytes()) : 0;
            if (count == 0 || closing) {
                receive();
                return;
            }
            BulkDatagrams.write(answers, count, BulkDatagrams.number(request));
            MemorySegment asked = answers.asSlice(0, (long) count * BulkDatagrams.BYTES);
            port.submit(send.buffer(asked).toSourceOf(event));
        }
    }

    private void stop(Thread thread) {
        port.execute(() -> closing = true);
        Threads.join(thread);
    }
}
