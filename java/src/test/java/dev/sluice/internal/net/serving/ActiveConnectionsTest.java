package dev.sluice.internal.net.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.internal.net.connection.SocketConnection;
import dev.sluice.net.Connection;
import dev.sluice.net.Dialer;
import dev.sluice.net.Listener;
import dev.sluice.net.ListenerOptions;
import dev.sluice.net.PortGroup;
import dev.sluice.testing.OwnLoopback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Resets of idle connections, and which of them count. */
@Timeout(300)
class ActiveConnectionsTest {
    private final ActiveConnections list = new ActiveConnections();

    @Test
    void aConnectionIsResetOnceAndOnlyWhileItsHandlerRuns() throws Exception {
        try (PortGroup group = PortGroup.open();
                Listener listener = Listener.open(
                        OwnLoopback.ANY_PORT, ListenerOptions.DEFAULT.group(group));
                Connection client = Dialer.DEFAULT.group(group).dial(listener.address())) {
            ActiveConnections.Entry entry =
                    new ActiveConnections.Entry((SocketConnection) client) {};
            assertThat(list.reset(entry)).as("not here").isNull();
            assertThat(entry.isReset()).isFalse();
            assertThat(client.isOpen()).isTrue();
            list.add(entry);
            IdleReset reset = list.reset(entry);
            assertThat(reset).isNotNull().isSameAs(entry.reset());
            assertThat(client.isOpen()).isFalse();
            assertThat(list.reset(entry)).as("a second time").isNull();
            assertThat(list.remove(entry)).isTrue();
            assertThat(entry.isReset()).isTrue();
        }
    }

    @Test
    void aResetIsUnderWayUntilItsPlaceIsFreeAndAtMostASecond() {
        IdleReset ended = new IdleReset();
        ended.end();
        assertThat(ended.isUnderWay()).isFalse();
        long beganNanos = System.nanoTime();
        IdleReset kept = new IdleReset();
        while (kept.isUnderWay()) { // The limit of the test ends it.
            Thread.onSpinWait();
        }
        assertThat(System.nanoTime() - beganNanos).isGreaterThanOrEqualTo(1_000_000_000);
    }
}
