package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Address;
import dev.sluice.Close;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.SocketType;
import dev.sluice.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connects to a Unix listener whose backlog is full: they wait for room, as they do with TCP. */
class UnixBacklogTest extends ConformanceTest {
    private static final int MORE_THAN_FIT = 4;

    private final List<Connect> connects = new ArrayList<>();
    private NativeSocket listener;

    @BeforeEach
    void fillTheBacklog() throws Exception {
        Needs.linux("abstract Unix sockets");
        Address address = Address.unixAbstract("sluice-backlog-" + System.nanoTime());
        listener = port.listen(address, 1);
        for (int i = 0; i < MORE_THAN_FIT; i++) {
            connects.add(loop.submit(connect()));
        }
        loop.until("some are connected", () -> connects.stream().anyMatch(Connect::isOk));
        loop.pollFor(Duration.ofMillis(30));
        assertThat(connects).allMatch(each -> each.isPending() || each.isOk());
        assertThat(connects).as("those that wait for room").anyMatch(Connect::isPending);
    }

    private Connect connect() throws Exception {
        return new Connect(port.socket(SocketType.UNIX_STREAM), listener.localAddress());
    }

    @Test
    void allAreConnectedInTheEnd() throws Exception {
        for (Connect connect : connects) {
            assertThat(loop.run(new Accept(listener)).status()).isEqualTo(Status.OK);
            assertThat(connect).isNotNull();
        }
        for (Connect connect : connects) {
            if (connect.isPending()) {
                loop.await(connect);
            }
            assertThat(connect.status()).isEqualTo(Status.OK);
            assertThat(connect.socket().state()).isEqualTo(NativeSocket.State.CONNECTED);
        }
    }

    @Test
    void theDeadlineEndsTheWait() throws Exception {
        Event ended = loop.run(connect().timeout(Duration.ofMillis(50)));
        assertThat(ended.status()).isEqualTo(Status.DEADLINE);
    }

    @Test
    void aCancelAndACloseEndTheWait() throws Exception {
        Connect cancelled = loop.submit(connect());
        loop.pollFor(Duration.ofMillis(30));
        assertThat(port.cancel(cancelled)).isTrue();
        assertThat(loop.await(cancelled).status()).isEqualTo(Status.CANCELLED);
        Connect closed = loop.submit(connect());
        loop.pollFor(Duration.ofMillis(30));
        Close close = loop.submit(Close.immediate(closed.socket()));
        assertThat(loop.await(close).status()).isEqualTo(Status.OK);
        assertThat(loop.events().statusesOf(closed)).containsExactly(Status.CLOSED_LOCALLY);
    }

    @Test
    void theEndOfTheListenerEndsTheWait() throws Exception {
        loop.run(Close.immediate(listener));
        for (Connect connect : connects) {
            if (connect.isPending()) {
                assertThat(loop.await(connect).status()).isEqualTo(Status.REFUSED);
            }
        }
    }
}
