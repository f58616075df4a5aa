package dev.sluice.conformance;

import dev.sluice.Accept;
import dev.sluice.Backend;
import dev.sluice.Close;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.Send;
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

    /** Takes the backend's name and the number of connections. */
    public static void main(String[] args) throws SystemCallException {
        PortOptions options = PortOptions.DEFAULT.backend(Backend.named(args[0]));
        try (CompletionPort port = CompletionPort.open(options)) {
            new EchoProcess(port, Integer.parseInt(args[1])).run();
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
