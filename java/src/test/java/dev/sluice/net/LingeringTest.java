package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.conformance.Descriptors;
import dev.sluice.conformance.Needs;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections whose handlers have ended and whose peers do not end their side. */
class LingeringTest extends NetTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void thoseThatLingerCountAndTheOldestGoesWhenItsPlaceIsWanted() throws Exception {
        Needs.linux("descriptors can be counted");
        int most = 2;
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening().ahead(1));
        Server server = Server.on(listener, connection -> connection.write(new byte[1]))
                .maxConnections(most).linger(Duration.ofDays(1)).start();
        List<Connection> clients = new ArrayList<>();
        int before = Descriptors.now().open().size();
        for (int i = 0; i < 6; i++) {
            Connection client = dialer().dial(listener.address());
            clients.add(client);
            client.readDeadline(LONG);
            client.readFully(new byte[1]);
            // One more may be accepted ahead, of a client that dials later: none does.
            int ours = Descriptors.now().open().size() - before - clients.size();
            assertThat(ours).as("descriptors of the server").isLessThanOrEqualTo(most);
        }
        // It has seen the end of the stream, and was then reset.
        Connection first = clients.getFirst();
        assertThatThrownBy(() -> {
            while (true) {
                first.write(new byte[1]);
            }
        }).isInstanceOf(ConnectionLostException.class);
        assertThat(server.stop(LONG)).isEqualTo(new Server.Report(6, 0, 0, 0));
        clients.forEach(Connection::close);
    }

    @Test
    void onesThatTheHandlerClosedItselfCountToo() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening().ahead(1));
        List<Connection> served = new ArrayList<>();
        Server server = Server.on(listener, connection -> {
            assertThat(served).as("those before, with a bound of one").allMatch(
                    each -> state(each).whenClosed().isDone());
            served.add(connection);
            connection.write(new byte[1]);
            connection.close();
        }).maxConnections(1).start();
        List<Connection> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Connection client = dialer().dial(listener.address());
            clients.add(client);
            client.readDeadline(LONG);
            client.readFully(new byte[1]);
        }
        assertThat(server.stop(LONG)).isEqualTo(new Server.Report(3, 0, 0, 0));
        clients.forEach(Connection::close);
    }

    @Test
    void theLingeringTimeIsSetBeforeTheStartAndNotNegative() throws Exception {
        Listener listener = Listener.open(OwnLoopback.ANY_PORT, listening());
        Server server = Server.on(listener, connection -> {});
        assertThatThrownBy(() -> server.linger(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0 or more");
        server.linger(Duration.ZERO).start();
        assertThatThrownBy(() -> server.linger(LONG))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("before");
        try (Connection client = dialer().dial(listener.address())) {
            client.readDeadline(LONG);
            assertThat(client.read(new byte[1])).isEqualTo(-1);
        }
        assertThat(server.stop(LONG)).isEqualTo(new Server.Report(1, 0, 0, 0));
    }
}
