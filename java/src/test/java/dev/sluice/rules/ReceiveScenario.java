package dev.sluice.rules;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Backend;
import dev.sluice.CompletionPort;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Set;

/**
 * Receives bytes, and reports the classes of the library that one receive crosses in steady state, from
 * its submission to its event.
 */
public final class ReceiveScenario {
    private static final int WARM_UP = 100;

    private ReceiveScenario() {}

    /** Returns the classes that one receive on the backend of this name crosses. */
    public static Set<String> run(String name) throws Exception {
        Backend backend = Backend.valueOf(name);
        try (CompletionPort port = CompletionPort.open(PortOptions.DEFAULT.backend(backend))) {
            NativeSocket listener = port.listen(Address.loopback(0));
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try (Socket peer = new Socket(loopback, listener.localAddress().port())) {
                Accept accept = new Accept(listener);
                port.submit(accept);
                while (accept.isPending()) {
                    port.poll(CompletionPort.FOREVER);
                }
                Receive receive =
                        new Receive(accept.accepted()).buffer(port.allocate(64).segment());
                for (int i = 0; i < WARM_UP; i++) {
                    receiveOnce(port, receive, peer.getOutputStream());
                }
                return receiveOnce(port, receive, peer.getOutputStream());
            }
        }
    }

    private static Set<String> receiveOnce(
            CompletionPort port, Receive receive, OutputStream peer) throws Exception {
        CrossedClasses.begin(false);
        port.submit(receive);
        // The bytes come while the port waits, as in a server.
        Thread sender = Thread.ofPlatform().start(() -> send(peer));
        while (receive.isPending()) {
            port.poll(CompletionPort.FOREVER);
        }
        int bytes = receive.bytes();
        Set<String> crossed = CrossedClasses.end();
        sender.join();
        if (bytes != 1) {
            throw new AssertionError(bytes + " bytes");
        }
        return crossed;
    }

    private static void send(OutputStream peer) {
        try {
            Thread.sleep(2); // long enough that the port usually waits, and the result is the same
            peer.write(1);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }
}
