package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.CompletionPort;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.SocketType;
import dev.sluice.conformance.Needs;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An address that lets a connect wait, as a host that drops packets does: a listener whose backlog
 * is full and that accepts nothing. Its port belongs to the test's thread.
 */
final class Unanswering implements AutoCloseable {
    private static final int MORE_THAN_FIT = 8;

    private final CompletionPort port;
    private final Address address;

    private Unanswering(CompletionPort port, Address address) {
        this.port = port;
        this.address = address;
    }

    static Unanswering open(PortOptions options) throws IOException {
        Needs.linux("a full backlog leaves a connect unanswered there");
        CompletionPort port = CompletionPort.open(options);
        NativeSocket listener = port.listen(OwnLoopback.at(0), 1);
        List<Connect> connects = new ArrayList<>();
        for (int i = 0; i < MORE_THAN_FIT; i++) {
            NativeSocket client = port.socket(SocketType.TCP4);
            Connect connect = new Connect(client, listener.localAddress());
            connects.add(connect);
            port.submit(connect);
        }
        // On loopback the kernel completes connects within the call, until the backlog is full.
        while (connects.stream().allMatch(Connect::isPending)) {
            port.poll(CompletionPort.FOREVER);
        }
        return new Unanswering(port, listener.localAddress());
    }

    Address address() {
        return address;
    }

    @Override
    public void close() {
        port.close();
    }
}
