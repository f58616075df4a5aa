package dev.sluice.net;

import dev.sluice.Backend;
import dev.sluice.PortOptions;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;

/** A program that accepts a connection, moves a byte, and lets a deadline pass. */
final class RecorderLoading {
    private RecorderLoading() {}

    public static void main(String[] arguments) throws Exception {
        PortOptions options = PortOptions.DEFAULT.backend(Backend.valueOf(arguments[0]));
        try (PortGroup group = PortGroup.open(1, options);
                Listener listener =
                        Listener.open(OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(group));
                Connection client = Dialer.DEFAULT.group(group).dial(listener.address());
                Connection server = listener.accept()) {
            client.write(new byte[1]);
            server.readFully(new byte[1]);
            server.readDeadline(Duration.ZERO);
            try {
                throw new AssertionError("read " + server.read(new byte[1]));
            } catch (DeadlineException expected) {
                System.out.println("served");
            }
        }
    }
}
