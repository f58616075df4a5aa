package dev.sluice.conformance;

import dev.sluice.Accept;
import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.PooledBuffer;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.ReceiveFrom;
import dev.sluice.Send;
import dev.sluice.SendTo;
import dev.sluice.SystemCallException;
import dev.sluice.testing.OwnLoopback;
import java.lang.foreign.MemorySegment;

/**
 * An echo server in a process of its own, for looking at it from outside: prints its address and
 * ends when all of its connections have ended.
 */
final class EchoProcess {
    private final CompletionPort port;
    private int left;

    private EchoProcess(CompletionPort port, int connections) {
        this.port = port;
        this.left = connections;
    }

    /** In the place of a number of connections: one socket whose every datagram is sent back. */
    static final String DATAGRAMS = "datagrams";

    /** The same with one multishot receive. */
    static final String MULTISHOT = "multishot";

    /** How many of its receives are in flight. */
    static final int RECEIVES = 8;

    /** Takes the backend's name and the number of connections, or a kind of datagrams. */
    public static void main(String[] args) throws SystemCallException {
        PortOptions options = PortOptions.DEFAULT.backend(Backend.named(args[0]));
        boolean multishot = args[1].equals(MULTISHOT);
        boolean datagrams = args[1].equals(DATAGRAMS) || multishot;
        try (CompletionPort port = CompletionPort.open(options)) {
            EchoProcess server =
                    new EchoProcess(port, datagrams ? 1 : Integer.parseInt(args[1]));
            if (multishot) {
                server.runMultishot();
            } else if (datagrams) {
                server.runDatagrams();
            } else {
                server.run();
            }
        }
    }

    /** Until an empty datagram comes. */
    private void runDatagrams() throws SystemCallException {
        NativeSocket socket = port.datagrams(OwnLoopback.at(0));
        for (int i = 0; i < RECEIVES; i++) {
            MemorySegment buffer = port.allocate(64).segment();
            ReceiveFrom receive = new ReceiveFrom(socket).buffer(buffer);
            SendTo send = new SendTo(socket).onCompletion(event -> {
                if (event.isOk()) {
                    port.submit(receive);
                }
            });
            port.submit(receive.onCompletion(event -> {
                if (event.isOk() && event.bytes() == 0) {
                    left = 0;
                } else if (event.isOk()) {
                    port.submit(send.buffer(buffer.asSlice(0, event.bytes()))
                            .toSourceOf(event));
                }
            }));
        }
        System.out.println(socket.localAddress());
        while (left > 0) {
            port.poll(CompletionPort.FOREVER);
        }
    }

    /** Until an empty datagram comes. */
    private void runMultishot() throws SystemCallException {
        NativeSocket socket = port.datagrams(OwnLoopback.at(0));
        port.submit(new ReceiveFrom(socket).pooled().multishot().onCompletion(event -> {
            if (event.isOk() && event.bytes() == 0) {
                left = 0;
            } else if (event.isOk()) {
                int bytes = event.bytes();
                PooledBuffer buffer = event.takeBuffer();
                port.submit(new SendTo(socket).buffer(buffer, ReceiveFrom.HEADROOM, bytes)
                        .toSourceOf(event).onCompletion(sent -> buffer.release()));
            }
        }));
        System.out.println(socket.localAddress());
        while (left > 0) {
            port.poll(CompletionPort.FOREVER);
        }
    }

    private void run() throws SystemCallException {
        NativeSocket listener = port.listen(OwnLoopback.at(0));
        Accept accept = new Accept(listener).multishot().onCompletion(event -> {
            if (event.isOk()) {
                serve(event.accepted());
            }
        });
        port.submit(accept);
        System.out.println(listener.localAddress());
        while (left > 0) {
            port.poll(CompletionPort.FOREVER);
        }
        accept.onCompletion(event -> {});
    }

    private void serve(NativeSocket socket) {
        MemorySegment buffer = port.allocate(64).segment();
        Receive receive = new Receive(socket).buffer(buffer);
        Send send = new Send(socket).onCompletion(event -> port.submit(receive));
        receive.onCompletion(event -> {
            if (event.isOk()) {
                port.submit(send.buffer(buffer.asSlice(0, event.bytes())));
            } else if (socket.isOpen()) {
                port.submit(Close.immediate(socket).onCompletion(closed -> left--));
            }
        });
        port.submit(receive);
    }
}
