package dev.sluice.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Accept;
import dev.sluice.Connect;
import dev.sluice.NativeSocket;
import dev.sluice.PortOptions;
import dev.sluice.Receive;
import dev.sluice.Send;
import dev.sluice.SocketType;
import dev.sluice.Status;
import dev.sluice.WaitStrategy;
import dev.sluice.testing.OwnLoopback;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A port that never sleeps and has one busy stream, to which a backend may give all its attention.
 * Everything else is reported nevertheless.
 */
class LoneStreamTest extends ConformanceTest {
    private static final int ROUNDS = 200;

    @Override
    PortOptions options() {
        return super.options().waitStrategy(WaitStrategy.SPIN);
    }

    /** A connection to a peer outside of the port, on which messages went to and fro. */
    private Pairs.Mixed busy() throws Exception {
        return busy(Pairs.accepted(loop));
    }

    private Pairs.Mixed busy(Pairs.Mixed connection) throws Exception {
        PlainPeer peer = closeLater(connection.peer());
        Receive receive = new Receive(connection.socket());
        for (int i = 0; i < ROUNDS; i++) {
            peer.write("a message");
            assertThat(loop.run(receive).text()).isEqualTo("a message");
        }
        return connection;
    }

    @Test
    void itsBytesComeInOrderAndItsEndComesAfterThem() throws Exception {
        Pairs.Mixed busy = busy();
        busy.peer().write("one ");
        busy.peer().write("two");
        busy.peer().shutdownSend();
        StringBuilder all = new StringBuilder();
        Receive receive = new Receive(busy.socket());
        Event event = loop.run(receive);
        while (event.status() == Status.OK) {
            all.append(event.text());
            event = loop.run(receive);
        }
        assertThat(all).hasToString("one two");
        assertThat(event.status()).isEqualTo(Status.EOF);
    }

    @Test
    void itsResetIsNoEnd() throws Exception {
        Pairs.Mixed busy = busy(Pairs.acceptedResetting(loop));
        Receive receive = loop.submit(new Receive(busy.socket()));
        busy.peer().reset();
        assertThat(loop.await(receive).status()).isEqualTo(Status.RESET);
    }

    @Test
    void aMultishotReceiveContinues() throws Exception {
        Pairs.Mixed busy = busy();
        List<Integer> lengths = new ArrayList<>();
        Receive receive = new Receive(busy.socket()).multishot();
        receive.onCompletion(event -> lengths.add(event.bytes()));
        port.submit(receive);
        for (int i = 1; i <= ROUNDS; i++) {
            busy.peer().write("12345");
            while (lengths.size() < i) {
                port.poll(Loop.LIMIT.toNanos());
            }
        }
        assertThat(lengths).hasSize(ROUNDS).containsOnly(5);
        port.cancel(receive);
        while (receive.isPending()) {
            port.poll(Loop.LIMIT.toNanos());
        }
    }

    @Test
    void othersAreReportedWhileItIsSilent() throws Exception {
        Pairs.Mixed busy = busy();
        Receive silent = loop.submit(new Receive(busy.socket()));
        NativeSocket listener = port.socket(SocketType.TCP4).bind(OwnLoopback.at(0)).listen(4);
        Accept accept = loop.submit(new Accept(listener));
        NativeSocket client = port.socket(SocketType.TCP4);
        Connect connect = new Connect(client, listener.localAddress());
        assertThat(loop.run(connect).status()).isEqualTo(Status.OK);
        NativeSocket accepted = loop.await(accept).accepted();
        Receive other = loop.submit(new Receive(accepted));
        assertThat(loop.run(new Send(client).buffer(Pattern.allocate(port, 7))).bytes())
                .isEqualTo(7);
        assertThat(loop.await(other).bytes()).isEqualTo(7);
        Receive timed = new Receive(accepted).timeout(Duration.ofMillis(5));
        assertThat(loop.run(timed).status()).isEqualTo(Status.DEADLINE);
        assertThat(silent.isPending()).isTrue();
        busy.peer().write("at last");
        assertThat(loop.await(silent).text()).isEqualTo("at last");
    }

    @Test
    void aReceiveThatWaitsIsCancelledAndTimesOut() throws Exception {
        Pairs.Mixed busy = busy();
        Receive receive = loop.submit(new Receive(busy.socket()));
        port.cancel(receive);
        assertThat(loop.await(receive).status()).isEqualTo(Status.CANCELLED);
        Receive timed = new Receive(busy.socket()).timeout(Duration.ofMillis(5));
        assertThat(loop.run(timed).status()).isEqualTo(Status.DEADLINE);
        busy.peer().write("after it");
        assertThat(loop.run(new Receive(busy.socket())).text()).isEqualTo("after it");
    }
}
