package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.conformance.Needs;
import dev.sluice.testing.OwnLoopback;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A connection that waits keeps no array that was used before, however large the array is. */
class IdleArraysTest extends NetTest {
    private static final int LARGE = 60_000;

    /** Enough for a port that receives by itself to leave large messages to the reading thread. */
    private static final int ROUNDS = 20;

    private static final int CONNECTIONS = 20;

    private final List<WeakReference<byte[]>> used = new CopyOnWriteArrayList<>();

    /** Uses an array for reads and another for writes, and returns without them. */
    private void exchange(Connection connection) throws IOException {
        byte[] into = new byte[LARGE];
        byte[] from = new byte[LARGE];
        for (int round = 0; round < ROUNDS; round++) {
            connection.readFully(into);
            connection.write(from);
        }
        used.add(new WeakReference<>(into));
        used.add(new WeakReference<>(from));
    }

    @Test
    void whatWaitsWithASmallArrayKeepsNoLargeOne() throws Exception {
        assumeTrue(Needs.isLinux(), "elsewhere no array goes to the kernel");
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server server = Server.on(listener, connection -> {
            exchange(connection);
            assertThat(connection.read(new byte[1])).isEqualTo(-1);
        }).start();
        byte[] into = new byte[LARGE];
        byte[] from = new byte[LARGE];
        List<Connection> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            Connection client = dialer().dial(listener.address());
            clients.add(client);
            for (int round = 0; round < ROUNDS; round++) {
                client.write(from);
                client.readFully(into);
            }
        }
        long endNanos = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (kept() > 0) {
            // The last handlers may not wait yet.
            assertThat(System.nanoTime() - endNanos).as("%d arrays are kept", kept()).isNegative();
            System.gc();
        }
        assertThat(used).hasSize(2 * CONNECTIONS);
        assertThat(server.active()).isEqualTo(CONNECTIONS);
        clients.forEach(Connection::close);
        server.stop(Duration.ofSeconds(60));
    }

    private long kept() {
        long most = 2L * CONNECTIONS - used.size();
        return most + used.stream().filter(array -> array.get() != null).count();
    }
}
