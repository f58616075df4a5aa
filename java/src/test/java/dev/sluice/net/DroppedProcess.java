package dev.sluice.net;

import dev.sluice.Address;
import dev.sluice.CompletionPort;
import dev.sluice.PortOptions;
import java.io.IOException;

/** Drops what the library opened, and collects garbage until its standard input ends. */
final class DroppedProcess {
    private static final int MOST_COLLECTIONS = 1000;

    private DroppedProcess() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("closed")) {
            PortGroup group = PortGroup.open(1, PortOptions.DEFAULT);
            closeAll(group);
            group.close();
            CompletionPort.open().close();
        } else {
            drop();
            dropConnections(20);
        }
        Thread collector = Thread.ofPlatform().daemon().start(DroppedProcess::collect);
        assert collector.isDaemon();
        while (System.in.read() >= 0) {
            // Until the test has read enough.
        }
    }

    @SuppressWarnings("BusyWait") // The collector offers no event to wait for.
    private static void collect() {
        try {
            for (int round = 0; round < MOST_COLLECTIONS; round++) {
                System.gc();
                System.err.println("collected");
                Thread.sleep(50);
            }
            System.exit(1);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static void drop() throws IOException {
        use(CompletionPort.open());
        use(PortGroup.open(1, PortOptions.DEFAULT));
        use(Listener.open("127.0.0.1:0"));
        use(Datagrams.bind("127.0.0.1:0"));
    }

    private static void use(Object opened) {
        System.err.println("opened " + opened.getClass().getSimpleName());
    }

    private static void dropConnections(int count) throws IOException {
        try (Listener listener = Listener.open("127.0.0.1:0")) {
            for (int i = 0; i < count; i++) {
                use(Dialer.DEFAULT.dial(listener.address()));
                listener.accept().abort();
            }
        }
    }

    private static void closeAll(PortGroup group) throws IOException {
        ListenerOptions options = ListenerOptions.DEFAULT.group(group);
        try (Listener listener = Listener.open("127.0.0.1:0", options);
                Connection client = Dialer.DEFAULT.group(group).dial(listener.address());
                Connection server = listener.accept();
                Datagrams datagrams = Datagrams.bind(Address.loopback(0), group)) {
            use(client);
            use(server);
            use(datagrams);
        }
    }
}
